"""Traits: what can be counted in a response's text without a model, and whether it pays.

In comes a sample of a run's responses; out come findings: traits that become commoner with
training, and with which the proxy stands higher above the truth. `find.py` has the whole flow.
"""
