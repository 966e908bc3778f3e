"""Audits: the questions of this project, asked of a run that another trainer made.

In come rollouts (what was asked, what was said, what it scored) or a log of scalars; out come a
verdict, the tests behind it, and sections that each answer one question or say why they cannot.
Nothing here trains, and nothing needs torch. How it flows, on one screen: `audit.py`.

formats      files of each trainer, and tables, to batches of records (`record.py`)
reading      batches to rows in memory (`rollouts.py`), logs to `scalar_log.py`
experts      labels and exact checkers, which become gold
subjects     one per run: checkpoints, and curves with the joint error of all of them
measured     the numbers behind the sections, a quantity per file
answers      tests of curves, and how sections show what they found
traits, oddities, raters, next_labels
             what is counted in texts, odd outputs, votes, and what to label next
sections     one question each; `catalogue.py` lists them in the order of the report
live         recording and watching a run while it goes on
"""
