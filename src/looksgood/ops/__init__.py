"""Pure mathematics, one formula per file: no state, no settings, and no chance but a Seed's.

In: tensors, arrays or numbers. Out: the same, in units that each docstring states.
"""
