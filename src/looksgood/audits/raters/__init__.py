"""Raters: votes of several raters on the same items, and what these are worth.

`votes_file.py` reads them; each other file asks one thing, for `sections.raters` to gather.
"""
