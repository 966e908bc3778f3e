"""What policies and reward models share: loading, encoding, and one prefill per prompt.

In: folders or hub names of Hugging Face models, and text. Out: hidden states of responses.
"""
