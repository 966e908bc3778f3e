"""Oddities: outputs that no honest answer looks like, counted at each checkpoint.

Each file counts one kind and returns `Oddity` records; `ODDITIES` in `sections/oddities.py` lists
them. They describe: what an oddity means is for a reader of the examples to say.
"""
