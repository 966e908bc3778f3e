"""Settings: frozen, validated data that is refused at the door with the reason.

A field whose value is chosen by `kind` (a world, a rater, an optimizer …) is annotated with
`Kind(group)`; the class behind each kind is found through the entry points of that group, so a
third-party package adds one by declaring it, and our own are declared in the same way.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, ValidationError
from pydantic_core import core_schema

from looksgood.core.errors import ConfigError


class Spec(BaseModel):
    """Frozen settings; unknown names are refused, and numbers that are not finite. No tensors."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_default=True, allow_inf_nan=False
    )

    @property
    def key(self) -> str:
        """Hash of the whole content: the identity of what these settings produce."""
        return content_key(type(self).__qualname__, self.model_dump(mode="json"))


def content_key(*parts: object) -> str:
    """Return 16 hex digits that stand for `parts` (JSON-like values), whatever their order."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


S = TypeVar("S", bound=Spec)


@cache
def kinds(group: str) -> dict[str, Any]:
    """Return the entry points of `looksgood.<group>` by name, without importing any."""
    return {found.name: found for found in entry_points(group=f"looksgood.{group}")}


def load_kind(group: str, kind: str) -> Any:
    """Import what `kind` names in `group`.

    Raises:
        ConfigError: no package declares it, or its module cannot be imported.
    """
    known = kinds(group)
    if kind not in known:
        raise ConfigError(f"kind={kind!r} is unknown; known here: {', '.join(sorted(known))}")
    try:
        return known[kind].load()
    except (ImportError, AttributeError) as error:
        raise ConfigError(f"kind={kind!r} is declared but cannot be imported: {error}") from error


@dataclass(frozen=True, slots=True)
class Kind:
    """Marks a field that holds the settings of one part of `group`, chosen by their `kind`.

    Write `world: Annotated[Any, Kind("worlds")]`; a name, a mapping with `kind`, or settings
    already made are taken.
    """

    group: str

    def parse(self, value: object) -> object:
        """Return the settings that `value` describes."""
        if isinstance(value, str):
            value = {"kind": value}
        if isinstance(value, Spec):
            return value
        if not isinstance(value, Mapping):
            raise ValueError(f"give a kind, one of: {', '.join(sorted(kinds(self.group)))}")
        if "kind" not in value:
            raise ValueError(f"needs a kind, one of: {', '.join(sorted(kinds(self.group)))}")
        try:
            cls = load_kind(self.group, str(value["kind"]))
        except ConfigError as error:
            raise ValueError(str(error)) from error
        return cls.model_validate(dict(value))

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Validate by `parse`; dump as the settings' own class does."""
        del source, handler
        return core_schema.no_info_plain_validator_function(
            self.parse,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda spec: spec and spec.model_dump()
            ),
        )


class OptionalKind(Kind):
    """As `Kind`, for a part that may be absent: null."""

    def parse(self, value: object) -> object:
        """Return the settings that `value` describes, or None."""
        return None if value is None else Kind.parse(self, value)


def with_settings(spec: S, settings: Mapping[str, object]) -> S:
    """Return `spec` with dotted names replaced: `{"world.kind": "truthfulqa"}`.

    Choosing another `kind` drops the settings of the former one.

    Raises:
        ConfigError: a name does not exist or a value is refused; says which and why.
    """
    data = spec.model_dump(mode="json")
    # kinds first: the other settings belong to the new kind
    for name, value in sorted(settings.items(), key=lambda item: not item[0].endswith("kind")):
        place = data
        *parents, last = name.split(".")
        for depth, parent in enumerate(parents):
            if not isinstance(place.get(parent), dict):
                found = ".".join(parents[: depth + 1])
                raise ConfigError(f"--set {name}: there is no setting {found!r}")
            place = place[parent]
        if last == "kind" and place.get("kind") != value:
            place.clear()
        place[last] = value
    return parse_spec(type(spec), data)


def parse_spec(cls: type[S], data: object) -> S:
    """Validate `data` as `cls`.

    Raises:
        ConfigError: on one line, the field, the value and what would be right.
    """
    try:
        return cls.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(step) for step in first["loc"]) or cls.__name__
        reason = first["msg"].removeprefix("Value error, ")
        if first["type"] == "extra_forbidden":
            reason = "there is no such setting"
        value = "" if isinstance(first.get("input"), dict) else f" = {first.get('input')!r}"
        raise ConfigError(f"{name}{value}: {reason}") from error
