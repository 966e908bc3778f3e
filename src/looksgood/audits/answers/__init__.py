"""Answers: what sections share in saying what they found.

Tests of curves, and curves as lines, rows and limits.
"""
