"""From what was read to what is audited: one subject per run, never several runs pooled."""

import numpy as np

from looksgood.audits.rollouts import Rollouts
from looksgood.audits.scalar_log import ScalarLog
from looksgood.audits.subjects.log_curves import of_log
from looksgood.audits.subjects.row_curves import of_rows
from looksgood.audits.subjects.run_names import run_names
from looksgood.audits.subjects.subject import Subject


def subjects(source: Rollouts | ScalarLog, *, kl_means: str = "") -> list[Subject]:
    """Return the runs of `source`, each with its checkpoints and the curves of its scores.

    At most 12 checkpoints: more steps are gathered. Curves of rows are over prompts that all
    checkpoints share, where most are.
    """
    names = run_names(source.runs)
    if isinstance(source, ScalarLog):
        return [of_log(source, run, name, kl_means) for run, name in enumerate(names)]
    if len(names) == 1:
        return [of_rows(source, names[0], kl_means)]
    return [
        of_rows(source.where(source.run == run), name, kl_means)
        for run, name in enumerate(names)
        if np.any(source.run == run)
    ]
