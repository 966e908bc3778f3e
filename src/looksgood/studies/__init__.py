"""Studies: one claim each, with its arms, seeds, controls and statistics fixed before the run.

In: settings. Out: a run folder. This is where stages meet; `pipeline.run_cell` shows the flow.
"""
