"""Reading: from paths to rows in memory, whatever wrote them.

In come files and a format's name; out come `Rollouts` (numbers of all rows, texts of a sample) or
a `ScalarLog`, and `Notes` of what was met. `read.py` has the whole flow.
"""
