"""Preferences: which responses are compared, what is answered, and how comparisons are stored.

In: samples and a rater's probabilities, or a file of human comparisons. Out: comparisons, split by
prompt, and how far raters agree. Names are imported when first used, so that settings stay light.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from looksgood.preferences.agreement import cohen_kappa, krippendorff_alpha, share_agreeing
    from looksgood.preferences.files import ComparisonTable, read_comparisons, write_comparisons
    from looksgood.preferences.labels import draw_labels
    from looksgood.preferences.pairing import pair_within_prompt
    from looksgood.preferences.spec import PreferencesSpec
    from looksgood.preferences.split import split_by_prompt

_HOME = {
    "ComparisonTable": "files",
    "PreferencesSpec": "spec",
    "cohen_kappa": "agreement",
    "draw_labels": "labels",
    "krippendorff_alpha": "agreement",
    "pair_within_prompt": "pairing",
    "read_comparisons": "files",
    "share_agreeing": "agreement",
    "split_by_prompt": "split",
    "write_comparisons": "files",
}

__all__ = [
    "ComparisonTable",
    "PreferencesSpec",
    "cohen_kappa",
    "draw_labels",
    "krippendorff_alpha",
    "pair_within_prompt",
    "read_comparisons",
    "share_agreeing",
    "split_by_prompt",
    "write_comparisons",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"looksgood.preferences has no {name!r}")
    return getattr(import_module(f"looksgood.preferences.{_HOME[name]}"), name)
