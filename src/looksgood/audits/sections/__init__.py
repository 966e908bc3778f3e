"""Sections: each asks one question of a run, in one file, and answers it or says why not.

A section is a function of a `Subject` that returns a `Section`; `audits.catalogue` lists them in
the order of the report.
"""
