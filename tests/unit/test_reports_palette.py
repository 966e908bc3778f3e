"""Readers with each kind of colour-blindness tell the colours apart, on paper and in the dark."""

from itertools import combinations

import numpy as np
import pytest

from looksgood.reports.palette import (
    JUDGES,
    OUTCOMES,
    SCORES,
    arm_order,
    arm_styles,
    level_label,
)

# Machado, Oliveira & Fernandes (2009), IEEE TVCG 15:1291, severity 1.0, on linear RGB
SEEN_BY = {
    "everybody": np.eye(3),
    "protanope": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranope": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanope": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def linear(color):
    value = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    x, y, z = np.cbrt(np.array(to_xyz) @ np.clip(rgb, 0, 1) / [0.9505, 1.0, 1.089])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def contrast(one, other):
    low, high = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("eyes", SEEN_BY)
@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(
    "styles",
    [SCORES, OUTCOMES, JUDGES, arm_styles("abcdef")],
    ids=["scores", "outcomes", "judges", "six arms"],
)
def test_colours_are_told_apart_by_all_eyes(styles, mode, eyes):
    seen = [lab(np.array(SEEN_BY[eyes]) @ linear(style[mode])) for style in styles.values()]
    closest = min(np.linalg.norm(a - b) for a, b in combinations(seen, 2))
    assert closest > 20, "20 is ten times what a trained eye just notices"


@pytest.mark.parametrize(("mode", "paper"), [("light", "#ffffff"), ("dark", "#14171b")])
def test_lines_stand_out_from_the_paper(mode, paper):
    for style in (
        *SCORES.values(),
        *OUTCOMES.values(),
        *JUDGES.values(),
        *arm_styles("abcdef").values(),
    ):
        assert contrast(style[mode], paper) >= 3  # WCAG 2.1, 1.4.11


def test_markers_say_the_same_as_colours():
    for styles in (SCORES, OUTCOMES, JUDGES, arm_styles("abcdef")):
        markers = [style["marker"] for style in styles.values()]
        assert len(set(markers)) == len(markers)


def test_no_two_of_a_dozen_arms_look_the_same():
    looks = {(style["light"], style["marker"]) for style in arm_styles("abcdefghijkl").values()}
    assert len(looks) == 12


def test_arms_come_tested_one_first_and_unknown_ones_last():
    arms = ["random", "mine", "gold", "ordinary", "mine", "oracle"]
    assert arm_order(arms) == ["ordinary", "oracle", "random", "gold", "mine"]
    views = ["depth-cue", "gold", "one-camera", "oracle", "two-cameras"]
    assert arm_order(views) == ["one-camera", "two-cameras", "depth-cue", "oracle", "gold"]


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ({"optimizer": "base"}, "base"),
        ({"optimizer": "fall-0.2", "beta": None, "step": 0}, "a fall of 0.2"),
        ({"optimizer": "best_of_n", "n": 16}, "best of 16"),
        ({"optimizer": "rloo", "beta": 0.1}, "RLOO, β = 0.1"),
        ({"optimizer": "rloo", "beta": 0.0}, "RLOO, no penalty"),
        ({"optimizer": "mine", "beta": None, "step": 7}, "mine, step 7"),
        ({"optimizer": None, "beta": None, "step": 7}, "unknown, step 7"),
    ],
)
def test_levels_are_named_by_what_set_them(row, text):
    assert level_label(row) == text
