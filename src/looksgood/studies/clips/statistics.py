"""The names of what the clip studies find, known before any of them runs."""

from collections.abc import Iterable

from looksgood.studies.clips.claims import CLAIMS, REACH_CLAIMS, label_claims, map_claims
from looksgood.studies.clips.settings import ClipSpec
from looksgood.studies.findings import Claim


def of_ball_and_camera(spec: ClipSpec, arms: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of ball-and-camera's findings, in their order."""
    del spec, arms
    return _names(CLAIMS)


def of_grasp_map(spec: ClipSpec, arms: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of grasp-map's findings, in their order."""
    del spec
    return _names(map_claims(arms))


def of_grasp_labels(spec: ClipSpec, arms: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of grasp-labels' findings, in their order."""
    del spec
    return _names(label_claims(arms))


def of_reaching(spec: ClipSpec, arms: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of reach-from-comparisons' findings, in their order."""
    del spec, arms
    return _names(REACH_CLAIMS)


def _names(claims: Iterable[Claim]) -> tuple[str, ...]:
    return tuple(claim.name for claim in claims)
