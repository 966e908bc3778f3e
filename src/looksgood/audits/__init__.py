"""Audits: the questions of this project, asked of a run that another trainer made.

In come rollouts (what was asked, what was said, what it scored) or a log of scalars; out come a
verdict, the tests behind it, and sections that each answer one question or say why they cannot.
Nothing here trains, and nothing needs torch. How it flows, on one screen: `audit.py`.
"""
