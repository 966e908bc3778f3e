"""`looksgood run STUDY`: run or resume a study, and show its findings."""

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

import tyro

from looksgood.core.errors import ConfigError


@dataclass
class Run:
    """Run or resume a study; the same command again goes on where it stopped."""

    study: tyro.conf.Positional[str]
    """Which study: see `looksgood studies`; `all` for every one."""
    preset: Literal["quick", "standard", "full"] = "standard"
    """How large a run."""
    seeds: int | None = None
    """How many seeds; more may be added to a run later."""
    first_seed: int | None = None
    """The first of them; by default the first that the study's development did not use up."""
    out: Path | None = None
    """Run folder; runs/STUDY-PRESET by default. With `all` the folder of them, runs by default."""
    store: Path | None = None
    """Where bases and reward models lie, so that runs of one folder share them; by default in the
    run folder, with `all` in OUT/store."""
    engine: Literal["local", "ray"] = "local"
    """Where the cells run; ray needs the extra `cluster`."""
    workers: int | None = None
    """Processes of one thread each; as many as cores by default, 0 for this very process."""
    set: Annotated[list[str], tyro.conf.UseAppendAction, tyro.conf.arg(metavar="KEY=VALUE")] = (
        field(default_factory=list)
    )
    """Change a setting, such as rater.check=0.5 or betas=1,0.3,0; may be repeated."""
    tensorboard: bool = False
    """Write scalars for TensorBoard into the run folder (extra `track`)."""
    json: bool = False
    """Print the findings as JSON."""

    def run(self) -> None:
        """Run the study, render its report, print the findings and, last, the run folder."""
        if self.study == "all":
            from looksgood.cli.run_all import run_every_study

            run_every_study(self)
            return
        from looksgood.cli.report import print_findings, render_run
        from looksgood.studies.runner import run_study
        from looksgood.studies.study import find_study

        run = run_study(
            find_study(self.study),
            preset=self.preset,
            seeds=self.seeds,
            first_seed=self.first_seed,
            out=self.out,
            engine=self.engine,
            workers=self.workers,
            settings=parse_settings(self.set),
            command=["looksgood", *sys.argv[1:]],
            tensorboard=self.tensorboard,
            store=self.store,
        )
        report = render_run(run)
        if self.json:
            print(json.dumps(run.findings(), indent=1, ensure_ascii=False))
            return
        print_findings(run)
        print(f"report: {report}")
        print(run.path)


def parse_settings(pairs: list[str]) -> dict[str, Any]:
    """Parse KEY=VALUE: the value as JSON, as a comma-separated list, or as plain text.

    Raises:
        ConfigError: a pair has no "=".
    """
    settings = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise ConfigError(f"--set {pair!r}: write KEY=VALUE, such as rater.check=0.5")
        settings[key] = _value(value)
    return settings


def _value(text: str) -> Any:
    for candidate in (text, f"[{text}]" if "," in text else text):
        try:
            return json.loads(candidate)
        except ValueError:
            continue
    return text
