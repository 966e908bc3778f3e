"""Readers: one file per trainer, each from its files to batches of records.

Entry points of the group `looksgood.formats` name them; a package of yours adds one by declaring
it. `auto` asks each in turn whether it recognises the path.
"""
