"""Policies: a distribution over responses to a prompt.

In: a corpus, or the path of a Hugging Face causal LM. Out: Samples with log-probabilities.
"""
