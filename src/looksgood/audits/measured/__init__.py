"""Measured: the numbers behind the sections, a quantity per file.

In comes a `Subject` (or its rows); out come curves, fits and limits, without a word. What cannot be
measured raises `TooFew`, whose message is the reason that a section gives.
"""
