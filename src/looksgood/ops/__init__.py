"""Pure mathematics, one formula per file: no state, no randomness, no settings.

In: tensors, arrays or numbers. Out: the same, in units that each docstring states.
"""
