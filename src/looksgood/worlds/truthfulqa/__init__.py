"""Real questions and the real misconceptions that people answer them with.

Source: Lin, Hilton & Evans (2022), TruthfulQA, arXiv:2109.07958. Data: Apache-2.0.
"""
