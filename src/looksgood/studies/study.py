"""What a study is: a question with arms, presets, and statistics, declared as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from looksgood.core.errors import ConfigError
from looksgood.core.spec import Spec, kinds, load_kind, with_settings
from looksgood.runs.worker import find

Settings = Mapping[str, Any]
"""Dotted names to values, as in `--set rater.check=0.5`."""


@dataclass(frozen=True, slots=True)
class Preset:
    """How large a run is: how many seeds, and which settings differ from the defaults."""

    seeds: int
    settings: Settings = field(default_factory=dict)
    arms: tuple[str, ...] = ()
    """Only these; empty for all."""


@dataclass(frozen=True)
class Study:
    """One claim, tested. Everything here is written before the run."""

    name: str
    title: str
    question: str
    expectation: str
    falsified_if: str
    source: str
    spec: Spec
    """The defaults: those of the `standard` preset."""
    arms: Mapping[str, Settings]
    """What each arm changes; the first is the one the claim is about, the others are controls."""
    presets: Mapping[str, Preset]
    tasks: str
    """ "module:function" of (spec, arm, seed) → the tasks of a cell, shared stages first."""
    work: str
    """ "module:function" that runs one task in a worker."""
    findings: str
    """ "module:function" of (study's name, run folder, spec) → findings."""
    statistics: str = ""
    """ "module:function" of (spec, arms) → the names of its findings; without it they are known
    after a run only."""
    headline: str = ""
    """The finding that answers the question, which alone counts in a total of evidence: a study's
    findings come from the same seeds. By default the first of its statistics."""
    first_seed: int = 0
    """Seeds below were used up in development: what was seen on them chose the settings."""

    def configure(self, preset: str, settings: Settings) -> Spec:
        """Return the spec of a preset with `settings` on top.

        Raises:
            ConfigError: the preset or a setting is unknown or refused.
        """
        if preset not in self.presets:
            raise ConfigError(f"preset {preset!r} is unknown: one of {', '.join(self.presets)}")
        # in turn: another kind also drops what the preset sets of the former one
        return with_settings(with_settings(self.spec, self.presets[preset].settings), settings)

    def arm_spec(self, spec: Spec, arm: str) -> Spec:
        """Return the spec of one arm."""
        return with_settings(spec, self.arms[arm])

    def finding_names(self) -> tuple[str, ...] | None:
        """Return the names of the study's findings, in its order; None if it does not tell."""
        if not self.statistics:
            return None
        return tuple(find(self.statistics)(self.spec, tuple(self.arms)))

    def about(self) -> dict[str, str]:
        """Return what the report says before any number."""
        return {
            "name": self.name,
            "title": self.title,
            "question": self.question,
            "expectation": self.expectation,
            "falsified_if": self.falsified_if,
            "source": self.source,
        }


def task_settings(study: str, spec: Spec, arm: str, seed: int, run: Path) -> dict[str, Any]:
    """Return what a task carries to its worker: plain data."""
    return {
        "study": study,
        "spec": spec.model_dump(mode="json"),
        "arm": arm,
        "seed": seed,
        "run": str(run),
    }


def find_study(name: str) -> Study:
    """Return the study of that name, ours or a third-party package's.

    Raises:
        ConfigError: there is none; names those there are.
    """
    known = kinds("studies")
    if name not in known:
        raise ConfigError(f"study {name!r} is unknown; known: {', '.join(sorted(known))}")
    return load_kind("studies", name)
