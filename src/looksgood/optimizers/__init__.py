"""Optimizers: what presses a policy against a reward.

In: a base Policy, a Reward and prompts. Out: a Trainer, one step at a time, whose policy can be
measured between steps and whose state can be stored. Gold is never imported here.
"""
