"""The folder of an audit: the verdict, the sections behind it, and the two tables of a run.

<audit>/verdict.json      level, tests, not_measured: what programs read
<audit>/audit.json        the sections, as the page shows them
<audit>/run.json          inputs, settings, what was met while reading, versions, time
<audit>/points.parquet    one row per checkpoint of each run (design.md)
<audit>/samples.parquet   the responses of which the text was kept
<audit>/next_labels.csv   which responses to label next; of several runs a file each, numbered
<audit>/report.html, figures/
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from looksgood.audits.audit import Audit
from looksgood.audits.next_labels.file import write_next_labels
from looksgood.audits.record import SCORES
from looksgood.audits.subjects.subject import Subject
from looksgood.core.audit_result import Section, Verdict
from looksgood.core.errors import ConfigError, DataError
from looksgood.runs.atomic import write_atomically
from looksgood.runs.strict import dumps, read_json
from looksgood.runs.tables import schema, write_table

if TYPE_CHECKING:  # imported where used: pyarrow takes 0.2 s
    import pyarrow as pa

STUDY = "audit"
"""What the tables say in the column `study`."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a report needs of an audit, as its folder holds it."""

    verdict: Verdict
    sections: list[Section]
    run: dict[str, Any]


def claim(folder: Path) -> None:
    """Refuse a folder that holds anything but an audit.

    Raises:
        ConfigError: it does.
    """
    if folder.exists() and not folder.is_dir():
        raise ConfigError(f"{folder} is a file: name a folder for the audit")
    if folder.is_dir() and any(folder.iterdir()) and not is_audit(folder):
        raise ConfigError(f"{folder} holds something else than an audit: name another --out")


def is_audit(folder: Path) -> bool:
    """Tell whether an audit was written there."""
    return (folder / "verdict.json").is_file()


def write(folder: Path, audit: Audit, run: Mapping[str, Any]) -> None:
    """Write all but the report; a former audit there is replaced.

    Raises:
        ConfigError: the folder cannot be made.
        LooksgoodError: the disk is full.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"{folder} cannot be made: {error.strerror}; name another --out"
        ) from error
    for former in (*folder.glob("next_labels*.csv"), *folder.glob("figures/*")):
        former.unlink()
    write_table(folder / "points.parquet", "points", list(_points(audit.subjects)))
    write_table(folder / "samples.parquet", "samples", _samples(audit.subjects))
    several = len(audit.subjects) > 1
    for place, (subject, chosen) in enumerate(audit.proposed):
        if subject.rollouts is not None:
            name = f"next_labels-{place:03d}.csv" if several else "next_labels.csv"
            write_next_labels(folder / name, subject.rollouts, chosen)
    _write_json(folder / "audit.json", {"sections": [part.as_json() for part in audit.sections]})
    _write_json(folder / "run.json", run)
    _write_json(folder / "verdict.json", audit.verdict.as_json())  # last: now the audit is whole


def read(folder: Path) -> Written:
    """Read an audit back.

    Raises:
        DataError: a file is missing or malformed.
    """
    from pydantic import TypeAdapter, ValidationError

    try:
        return Written(
            TypeAdapter(Verdict).validate_python(read_json(folder / "verdict.json")),
            TypeAdapter(list[Section]).validate_python(
                read_json(folder / "audit.json").get("sections")
            ),
            read_json(folder / "run.json"),
        )
    except (ValidationError, AttributeError) as error:
        raise DataError(f"{folder} holds no whole audit ({str(error).splitlines()[0]})") from error


def _write_json(path: Path, value: Any) -> None:
    write_atomically(path, (dumps(value, indent=1) + "\n").encode("utf-8", "replace"))


def _points(subjects: Iterable[Subject]) -> Iterable[dict[str, Any]]:
    """Yield a row per checkpoint; a score that was not measured there is null."""
    for subject in subjects:
        steps = sorted({float(x) for curve in subject.curves.values() for x in curve.x})
        for step in steps:
            row = {"study": STUDY, "arm": subject.name, "seed": 0, "step": round(step)}
            for name, curve in subject.curves.items():
                for place in (curve.x == step).nonzero()[0]:
                    row |= {name: curve.mean[place], f"{name}_se": curve.se[place]}
                    row["samples"] = max(int(curve.n[place]), row.get("samples", 0))
            yield row


def _samples(subjects: Iterable[Subject]) -> "pa.Table":
    """Return the responses of which the text was kept, by columns: there may be 100,000."""
    import pyarrow as pa

    columns = schema("samples")
    parts = [columns.empty_table()]
    for subject in subjects:
        rows = subject.rollouts
        if rows is None:
            continue
        texts = rows.texts
        known: dict[str, Any] = {
            "study": [STUDY] * len(texts),
            "arm": [subject.name] * len(texts),
            "seed": [0] * len(texts),
            "step": rows.step[texts.row],
            "prompt_id": rows.prompt[texts.row].astype(str),
            "prompt": texts.prompts,
            "response": texts.completions,
            **{name: rows.score(name)[texts.row] for name in SCORES},
        }
        data = [
            pa.array(known[field.name], field.type, from_pandas=True)
            if field.name in known
            else pa.nulls(len(texts), field.type)
            for field in columns
        ]
        parts.append(pa.Table.from_arrays(data, schema=columns))
    return pa.concat_tables(parts)
