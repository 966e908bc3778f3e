"""Rewards: the proxy r̂ fitted to comparisons, and what stands in its place in controls.

In: a base model's folder and Comparisons. Out: a Reward, one number for each response. Gold is
never imported here: a control that optimises gold is handed the function.
"""
