"""Pure tensor mathematics, one formula per file: no state, no randomness, no settings.

In: tensors. Out: tensors, in units that each docstring states.
"""
