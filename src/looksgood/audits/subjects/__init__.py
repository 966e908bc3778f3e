"""Subjects: from what was read to what is audited, one subject per run.

In come `Rollouts` or a `ScalarLog`; out come runs with their checkpoints, and the curve of each
score with the joint error of all checkpoints. `build.py` parts the runs.
"""
