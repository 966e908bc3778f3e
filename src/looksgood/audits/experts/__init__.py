"""People: what experts, raters and exact checkers said of the responses under audit.

Labels and checkers fill in `gold`; votes of several raters are a record of their own, which the
section on raters reads, with a run or without one.
"""
