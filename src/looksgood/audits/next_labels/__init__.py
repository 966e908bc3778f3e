"""Next labels: which responses experts should label, what that would show, and the file for it.

In comes a `Subject`; out come a random choice whose probabilities are known, and a plan.
"""
