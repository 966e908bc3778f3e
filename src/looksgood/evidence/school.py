"""A school of thought as data: what it predicts of which finding, and on which argument.

A school is a TOML or JSON file: ours lie in `schools/`, a third-party package declares its own in
the entry-point group `looksgood.schools` (a path to such a file, or its content as a mapping), and
anybody names a file. Nothing in it is executed.
"""

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, model_validator

from looksgood.core.errors import ConfigError, DataError
from looksgood.core.spec import Spec, kinds, load_kind, parse_spec
from looksgood.evidence.distributions import Distribution
from looksgood.runs.predictions import content_sha256

OURS = ("simplicia", "doomimir")
Text = Annotated[str, Field(min_length=1)]


class Prediction(Spec):
    """What a school expects one finding of a study to be, as a distribution over its value."""

    study: Text
    finding: Text
    because: Annotated[str, Field(min_length=1, description="the argument that this formalises")]
    distribution: Distribution


class School(Spec):
    """A school of thought: who, what it holds, and what it therefore predicts."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: Text
    position: Text
    predictions: Annotated[tuple[Prediction, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _once(self) -> "School":
        seen: set[tuple[str, str]] = set()
        for prediction in self.predictions:
            about = prediction.study, prediction.finding
            if about in seen:
                raise ValueError(f"two predictions of {' '.join(about)}: one each")
            seen.add(about)
        return self

    def of(self, study: str) -> list[Prediction]:
        """Return what it predicts of a study."""
        return [found for found in self.predictions if found.study == study]


def prediction_sha256(school: str, study: str, finding: str, distribution: Any) -> str:
    """Return the hash of what is scored: who said it, of what, and the distribution.

    `distribution` is one, or its plain data. The argument may be worded better later.
    """
    plain = distribution.model_dump(mode="json") if isinstance(distribution, Spec) else distribution
    return content_sha256([school, study, finding, plain])


def as_record(school: School, prediction: Prediction) -> dict[str, Any]:
    """Return a prediction with its hash, as a run folder keeps it."""
    who = (school.name, prediction.study, prediction.finding)
    return {
        "school": school.name,
        **prediction.model_dump(mode="json"),
        "sha256": prediction_sha256(*who, prediction.distribution),
    }


def load_schools(more: Sequence[Path] = ()) -> list[School]:
    """Return our schools, then those of installed packages, then those in the files `more`.

    Raises:
        ConfigError: a file is missing or wrong, or two schools have one name.
    """
    schools = [_parse(_ours(name), f"school {name}") for name in OURS]
    for name in sorted(kinds("schools")):
        found = load_kind("schools", name)
        school = read_school(found) if isinstance(found, str | Path) else _parse(found, name)
        schools.append(school)
    schools += [read_school(path) for path in more]
    names = [school.name for school in schools]
    for name in names:
        if names.count(name) > 1:
            raise ConfigError(f"two schools are named {name!r}: give yours a name of its own")
    return schools


def read_school(path: str | Path) -> School:
    """Return the school in a .toml or .json file.

    Raises:
        DataError: the file is missing or malformed.
        ConfigError: a field is missing, unknown or refused.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} is not a readable file of a school") from error
    return _parse(_data(text, path.suffix, str(path)), str(path))


def check_names(schools: Iterable[School], known: Mapping[str, Sequence[str] | None]) -> None:
    """Refuse a prediction about what does not exist.

    `known` holds the names of each study's findings, None where they are known after a run only.

    Raises:
        ConfigError: names the school, what it predicts, and what there is.
    """
    for school in schools:
        for prediction in school.predictions:
            where = f"school {school.name} predicts {prediction.study} {prediction.finding}"
            if prediction.study not in known:
                raise ConfigError(f"{where}: there is no such study, but {_listed(known)}")
            names = known[prediction.study]
            if names is not None and prediction.finding not in names:
                raise ConfigError(f"{where}: that study has no such finding, but {_listed(names)}")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _ours(name: str) -> Any:
    text = (files("looksgood.evidence") / "schools" / f"{name}.toml").read_text(encoding="utf-8")
    return _data(text, ".toml", name)


def _data(text: str, form: str, where: str) -> Any:
    try:
        if form.lower() == ".json":
            return json.loads(text)
        if form.lower() == ".toml":
            return tomllib.loads(text)
    except ValueError as error:
        raise DataError(f"{where}: not {form[1:].upper()} ({error})") from error
    raise DataError(f"{where}: a school is a .toml or .json file")


def _parse(data: Any, where: str) -> School:
    if not isinstance(data, Mapping):
        raise ConfigError(f"{where}: a school has name, title, position and predictions")
    try:
        return parse_spec(School, dict(data))
    except ConfigError as error:
        raise ConfigError(f"{where}: {error}") from error
