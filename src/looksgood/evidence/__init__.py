"""The evidence ledger: what schools of thought predicted, held against what studies found.

In come schools (files of predictions) and the findings of runs, each with what had been recorded
before it began; out comes a ledger of log scores and Bayes factors. Nothing here runs a study, and
nothing needs torch.
"""
