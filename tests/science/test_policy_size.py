"""policy-size: every size meets one and the same r̂ and climbs it, and the controls hold.

A finished `standard` run is read where LOOKSGOOD_SCIENCE_POLICY_SIZE names its folder, whose larger
base must start higher. Otherwise `quick` runs. What size changes is what the study asks.
"""

import pytest

from looksgood.studies.arms import results_by_arm
from looksgood.studies.catalogue.policy_size import SIZES, STUDY
from tests.science_runs import (
    assert_answered,
    assert_met,
    assert_selection_is_lawful,
    finished_or_quick,
)

CONTROL = ("gold-arm-holds",)
OF_STANDARD = ("gold-arm-holds-smallest", "random-teaches-nothing", "larger-starts-higher")
ASKED = (
    *("gap-alike-training", "gap-alike-selection"),
    *("larger-gains-less-training", "larger-gains-less-selection"),
    *("peak-kl-alike-training", "peak-kl-alike-selection"),
)


@pytest.mark.science
@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_all_sizes_climb_the_same_reward_and_the_controls_hold(tmp_path):
    run, finished = finished_or_quick(STUDY, "LOOKSGOOD_SCIENCE_POLICY_SIZE", tmp_path / "run")
    assert_selection_is_lawful(run)
    expected = (*CONTROL, *OF_STANDARD) if finished else CONTROL
    assert_met(run, expected)
    assert_answered(run, ASKED)
    rewards = results_by_arm(run)
    sizes = [size for size in SIZES if size in rewards]
    assert all(rewards[size] == rewards[SIZES[-1]] for size in sizes), "one r̂ for all of a seed"
    proxy = {
        (row["arm"], row["seed"], row["step"]): row["proxy"]
        for row in run.points().to_pylist()
        if row["optimizer"] != "best_of_n"
    }
    end = max(step for _, _, step in proxy)
    for arm, seed, step in proxy:
        if arm in sizes and step == end:
            assert proxy[arm, seed, end] > proxy[arm, seed, 0], f"{arm}, seed {seed}"
