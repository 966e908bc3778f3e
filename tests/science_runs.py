"""Where a science test gets its run from: a finished one, or a quick one made now."""

import os
from pathlib import Path
from typing import Any

from looksgood.runs import RunFolder
from looksgood.studies.runner import run_study
from looksgood.studies.study import Study


def finished_or_quick(study: Study, variable: str, out: Path, **how: Any) -> tuple[RunFolder, bool]:
    """Return the finished run that an environment variable names and True, or a quick one made."""
    finished = os.environ.get(variable)
    if finished:
        run = RunFolder.read(Path(finished))
        assert run.info["status"] == "done"
    else:
        run = run_study(study, preset="quick", out=out, **how)
    assert run.study == study.name
    return run, bool(finished)
