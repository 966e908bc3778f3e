"""Measures: what is read off a policy or a table of points, each with its unit and interval.

In come samples with their scores, or rows of the tables; out come estimates and plain rows.
"""
