"""Campaigns and votes: what people are asked, and what they answered, in one database.

In: pairs (two responses to one prompt, as text or as clips) and people. Out: votes. Nothing here
knows a language model, and nothing but `truths` holds what experts or checks say of a pair.
"""
