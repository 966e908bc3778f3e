"""The whole audit on one screen: files to rows, rows to runs, runs to sections, to a verdict."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from looksgood.audits.catalogue import OF_ALL_RUNS, OF_ONE_RUN
from looksgood.audits.experts.checker import load_checker
from looksgood.audits.experts.join import with_labels
from looksgood.audits.experts.labelled import Labelled
from looksgood.audits.experts.labels import read_labels
from looksgood.audits.next_labels.choose import Chosen, proposal
from looksgood.audits.notes import Notes
from looksgood.audits.raters.campaign_votes import is_database, read_campaign
from looksgood.audits.raters.votes import Votes
from looksgood.audits.raters.votes_file import read_votes
from looksgood.audits.reading.read import read
from looksgood.audits.scalar_log import ScalarLog
from looksgood.audits.sections.next_labels import next_labels
from looksgood.audits.sections.raters import raters
from looksgood.audits.subjects.build import subjects
from looksgood.audits.subjects.subject import Subject
from looksgood.audits.verdict import verdict
from looksgood.core.audit_result import Section, Verdict
from looksgood.core.errors import ConfigError

Tell = Callable[[str], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What an audit reads, and which column is what."""

    paths: Sequence[Path] = ()
    """Rollouts or logs of scalars; none where only votes are looked at."""
    format: str = "auto"
    mapping: Mapping[str, str] = field(default_factory=dict)
    expert: Path | None = None
    expert_mapping: Mapping[str, str] = field(default_factory=dict)
    checker: str | None = None
    votes: str | Path | None = None
    """A file, or the rating page's database."""
    votes_campaign: str | None = None
    """Which of its campaigns; None where it has but one."""
    votes_mapping: Mapping[str, str] = field(default_factory=dict)
    labels: int = 100
    """How many responses of each run to name for labelling next."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What came out."""

    verdict: Verdict
    sections: list[Section]
    subjects: list[Subject]
    notes: Notes
    proposed: list[tuple[Subject, Chosen]]
    """Which responses of which run to label next."""


def audit(inputs: Inputs, tell: Tell = lambda _: None) -> Audit:
    """Audit; `tell` gets a line now and then on what is being done.

    Raises:
        ConfigError: there is nothing to audit, or options do not go together.
        DataError: a file cannot be read; names it.
    """
    if not inputs.paths and inputs.votes is None:
        raise ConfigError("nothing to audit: name a file or a folder, or --votes")
    notes = Notes()
    runs = _runs(inputs, notes, tell) if inputs.paths else []
    sections = [part(runs) for part in OF_ALL_RUNS if len(runs) > 1]
    proposed: list[tuple[Subject, Chosen]] = []
    for place, run in enumerate(runs):
        tell(f"{run.name}: run {place + 1} of {len(runs)}")
        sections += [part(run) for part in OF_ONE_RUN]
        chosen = proposal(run, inputs.labels)
        sections.append(next_labels(run, chosen))
        if isinstance(chosen, Chosen):
            proposed.append((run, chosen))
    if inputs.votes is not None:
        sections += raters(_votes(inputs, str(inputs.votes), notes))
    unknown = [gap for run in runs for gap in run.not_measured]
    said = verdict(sections, [*notes.not_measured, *unknown])
    return Audit(said, sections, runs, notes, proposed)


def _votes(inputs: Inputs, where: str, notes: Notes) -> Votes:
    """Read votes: those of a campaign, or a file's."""
    if not is_database(where):
        if not Path(where).is_file():
            raise ConfigError(f"--votes {where}: there is no such file")
        if inputs.votes_campaign is not None:
            raise ConfigError(f"--votes {where}: only a database of the rating page has campaigns")
        return read_votes(Path(where), inputs.votes_mapping, notes)
    if inputs.votes_mapping:
        raise ConfigError("--map-votes: a campaign needs none; it is for --votes of a file")
    return read_campaign(where, inputs.votes_campaign, notes)


def _runs(inputs: Inputs, notes: Notes, tell: Tell) -> list[Subject]:
    """Read the files, fill in what experts or a checker say, and part the runs."""
    checker = None if inputs.checker is None else load_checker(inputs.checker)
    labels = labelled = None
    if inputs.expert is not None:
        labels = read_labels(inputs.expert, inputs.expert_mapping, notes)
        labelled = Labelled(labels)
    source = read(inputs.paths, inputs.format, inputs.mapping, notes, checker, tell, labelled)
    if labels is not None:
        if isinstance(source, ScalarLog):
            raise ConfigError(f"{inputs.paths[0]} has no responses that experts could have marked")
        source = with_labels(source, labels, notes)
    return subjects(source, kl_means=notes.kl_means)
