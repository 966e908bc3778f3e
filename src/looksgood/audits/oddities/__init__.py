"""Oddities: outputs that no honest answer looks like, counted at each checkpoint.

Each file counts one kind and returns `Oddity` records, which `sections/oddities.py` gathers. They
describe: what an oddity means is for a reader of the examples to say.
"""
