"""Which colour, marker and label a score, an arm or an optimizer has, in every figure and mode.

Colours start from the schemes of Paul Tol (SRON/EPS/TN/09-002, 2021) and Okabe & Ito (2008), moved
until `tests/unit/test_reports_palette.py` found them apart for readers with each kind of
colour-blindness in both modes. Markers and dashes say the same again.
"""

from collections.abc import Iterable, Sequence
from typing import Any

SCORES: dict[str, dict[str, str]] = {
    "proxy": {"label": "proxy r̂", "light": "#AA3377", "dark": "#D94C9A", "marker": "^"},
    "rater": {"label": "rater", "light": "#0077BB", "dark": "#6FA8FF", "marker": "s"},
    "gold": {"label": "gold (truth)", "light": "#B97F00", "dark": "#F2BE3C", "marker": "o"},
}
OUTCOMES: dict[str, dict[str, str]] = {
    "rater": SCORES["rater"] | {"label": "approved by its own rater"},
    "gold": SCORES["gold"],
    "channel.contact": {"label": "contact", "light": "#5A5A5A", "dark": "#E2E5EA", "marker": "D"},
}
"""What becomes of episodes, by column: shares where a world says yes or no."""
LIFTED = "lifted (gold)"
"""What gold is called where contact was measured beside it: the ball is lifted and held."""
JUDGES: dict[str, dict[str, str]] = {
    "channel.rater.paired.power": SCORES["rater"] | {"label": "the same raters again"},
    "channel.expert.paired.power": {
        "label": "experts", "light": "#882255", "dark": "#D94C9A", "marker": "D",
    },
    "channel.truth.paired.power": SCORES["gold"] | {"label": "checked against the truth"},
    "channel.beside.paired.power": {
        "label": "the truth, many labels of the raters beside",
        "light": "#101010", "dark": "#E2E5EA", "marker": "^",
    },
}  # fmt: skip
"""Who is asked in an audit, by the column of how often they notice."""
WAYS = ("gold", "proxy")
"""The scores that are followed along each penalty's way."""
GAPS = {"gap_1": "gap 1: proxy − rater", "gap_2": "gap 2: rater − gold"}

_ARMS = (
    {"light": "#D55E00", "dark": "#FF8A3D", "marker": "o"},
    {"light": "#00A87A", "dark": "#1FA37A", "marker": "s"},
    {"light": "#5A5A5A", "dark": "#E2E5EA", "marker": "D"},
    {"light": "#332288", "dark": "#9D8CFF", "marker": "^"},
    {"light": "#B32ADB", "dark": "#A869A8", "marker": "v"},
    {"light": "#101010", "dark": "#93FCA8", "marker": "P"},
)
_FIRST_ARMS = (
    *("ordinary", "one-camera"),
    *("two-cameras", "depth-cue", "oracle", "random", "gold", "expert"),
)
_OPTIMIZERS = {
    "rloo": "RLOO",
    "ppo": "PPO",
    "ppo_control": "PPO",
    "grpo": "GRPO",
    "trpo": "TRPO",
    "chi2_rloo": "RLOO, χ² penalty",
    "proxy_point_rloo": "RLOO, proxy point",
    "dpo": "DPO",
    "best_of_n": "best-of-n",
    "frontier": "KL-optimal",
    "tilt": "KL-optimal policy",
    "base": "base",
}
FALL = "fall-"
"""What a policy in which gold fell is called, before how far."""

PLOTLY_MARKERS = {
    "o": "circle",
    "s": "square",
    "D": "diamond",
    "^": "triangle-up",
    "v": "triangle-down",
    "P": "cross",
}


def arm_order(arms: Iterable[str]) -> list[str]:
    """Return arms as readers meet them: the tested one first, then its controls, then others."""
    found = list(dict.fromkeys(arms))
    first = [arm for arm in _FIRST_ARMS if arm in found]
    return first + [arm for arm in found if arm not in first]


def arm_styles(arms: Sequence[str]) -> dict[str, dict[str, str]]:
    """Give each arm its colours and marker; beyond six, colours come again with other markers."""
    count = len(_ARMS)
    markers = [style["marker"] for style in _ARMS]
    return {
        arm: _ARMS[i % count] | {"marker": markers[(i + i // count) % count]}
        for i, arm in enumerate(arms)
    }


def optimizer_label(name: str | None) -> str:
    """Return an optimizer's name as people write it."""
    if name is None:
        return "unknown"
    if name.startswith(FALL):
        return f"a fall of {name.removeprefix(FALL)}"
    return _OPTIMIZERS.get(name, name)


def strength(beta: float | None) -> str:
    """Name a penalty, as a legend does."""
    return "no penalty" if not beta else f"β = {beta:g}"


def level_label(row: Any) -> str:
    """Say how hard a checkpoint was optimized: its penalty, or the n of best-of-n."""
    if row.get("optimizer") == "base":
        return "base"
    if row.get("optimizer") == "best_of_n":
        return f"best of {row['n']}" if row.get("n") is not None else "best of n"
    name, beta = optimizer_label(row.get("optimizer")), row.get("beta")
    if beta is None and (row.get("optimizer") or "").startswith(FALL):
        return name
    if beta is None:
        return f"{name}, step {row.get('step')}"
    return f"{name}, {strength(beta)}"
