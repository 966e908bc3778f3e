"""Experts: labels of some responses, or an exact checker of all, become the gold of the rows.

In come a table of labels, or `module:function`; `finder.py` says which rows a label is of.
"""
