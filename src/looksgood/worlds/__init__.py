"""Worlds: prompts, and what is true of a response to them.

In: a seed. Out: prompts, a corpus and the true channels of any response, from which gold follows.
"""
