"""The claims of weak-to-strong on examinations whose outcome was planted."""

import re

import pytest

from looksgood.core.seeds import Seed
from looksgood.studies.catalogue.weak_to_strong import STUDY, TASKS, WIDTHS, arm_of
from looksgood.studies.weak_to_strong.claims import findings

SEEDS, FACTS = 4, 12
WEAK = {"model": 0.6, "rater": 0.7}
"""How often supervisors are right about claims."""
LARGE, SMALL = max(WIDTHS), min(WIDTHS)


class Truth:
    """What examinations would show: a world in which every claim holds, until told otherwise."""

    def __init__(self, **accuracies):
        self.shared = {"model": 0.5, "small": 0.8, "confident": 0.3}
        """Share of a small model's errors that the largest and the smallest student make too."""
        self.zero_shot = 0.73
        self.accuracy = {
            "claims-truth": 0.9,
            "claims-model": 0.76,
            "claims-model-noise": 0.87,
            "claims-model-confident": 0.84,
            "claims-model-confident-16": 0.55,
            "claims-rater": 0.705,
            "claims-rater-noise": 0.85,
            "comparisons-truth": 0.9,
            "comparisons-model": 0.65,
        }
        for name, value in accuracies.items():
            place = self.shared if name in self.shared else self.accuracy
            if name == "zero_shot":
                self.zero_shot = value
            else:
                place[name.replace("_", "-")] = value

    def of(self, task, supervision, width):
        """Accuracy of student and supervisor, and the share of the supervisor's errors made too."""
        named = (f"{task}-{supervision}-{width}", f"{task}-{supervision}")
        own = next((self.accuracy[name] for name in named if name in self.accuracy), 0.62)
        who = supervision.removesuffix("-noise").removesuffix("-confident")
        shared = self.shared["small" if width == SMALL else "model"]
        if supervision.endswith("confident"):
            shared = self.shared["confident"]
        return own, WEAK.get(who, 1.0), shared

    def rows(self):
        for seed in range(SEEDS):
            luck = Seed(("luck", seed)).numpy().normal(0, 0.01, FACTS)
            for task, supervisions in TASKS.items():
                for supervision in supervisions:
                    for width in WIDTHS:
                        accuracy, supervisor, shared = self.of(task, supervision, width)
                        for fact in range(FACTS):
                            yield {
                                "arm": arm_of(task, supervision, width), "seed": seed,
                                "prompt_id": f"river:{fact}",
                                "channel.accuracy": accuracy + float(luck[fact]),
                                "channel.supervisor_accuracy": supervisor,
                                "channel.zero_shot_accuracy": self.zero_shot,
                                "channel.errors_shared": shared * (1 - supervisor),
                            }  # fmt: skip

    def findings(self):
        return {row["name"]: row for row in findings("weak-to-strong", self.rows())}


BAD = {
    "noise-beats-rater": {"claims_rater": 0.84},
    "noise-beats-model": {"claims_model_noise": 0.78},
    "naive-recovers": {"claims_model": 0.6},
    "rater-is-imitated": {"claims_rater": 0.8},
    "comparisons-recover-less": {"comparisons_model": 0.8},
    "beats-zero-shot": {"zero_shot": 0.8},
    "rater-unteaches": {"claims_rater": 0.72, "zero_shot": 0.65},
    "noise-is-averaged": {"claims_rater_noise": 0.7},
    "agreement-falls": {"small": 0.4},
    "confidence-helps": {"claims_model_confident": 0.74},
    "confidence-hurts-the-smallest": {"claims_model_confident_16": 0.8},
    "confidence-lowers-agreement": {"confident": 0.6},
}


def test_a_run_in_which_it_holds_meets_every_claim():
    found = Truth().findings()
    assert tuple(found) == STUDY.finding_names()
    assert {name: row["met"] for name, row in found.items()} == dict.fromkeys(found, True)
    assert set(found) - set(BAD) == {"gap-to-model", "gap-to-rater", "gap-to-model-comparisons"}


@pytest.mark.parametrize("name", BAD)
def test_a_claim_is_not_met_where_its_opposite_was_planted(name):
    assert Truth(**BAD[name]).findings()[name]["met"] is False


def test_the_share_recovered_is_shown_with_its_gap_the_error_and_what_it_is_made_of():
    found = Truth().findings()["naive-recovers"]
    assert found["estimate"] == pytest.approx((0.76 - 0.6) / (0.9 - 0.6), abs=0.05)
    assert re.search(
        r"claims-model-64: the gap is (29|30)\.\d points, \d+\.\d SE; supervisor 60\.0 %, "
        r"student 7[56]\.\d %, ceiling (89|90)\.\d %, zero-shot 73\.0 %",
        found["controls"],
    )


def test_no_share_is_taken_of_a_gap_of_few_points():
    found = Truth(claims_truth=0.621).findings()
    for name in ("noise-beats-model", "naive-recovers", "confidence-helps"):
        assert found[name]["met"] is None
        assert re.match(r"cannot say: the gap is [12]\.\d points", found[name]["controls"])
    assert found["gap-to-model"]["met"] is False
    assert found["agreement-falls"]["met"] is True
    assert found["beats-zero-shot"]["met"] is True  # a difference, not a share


def test_nor_of_a_gap_of_few_errors():
    def rows():
        for row in Truth().rows():
            sign = 1 if row["seed"] % 2 else -1
            if "truth" in row["arm"]:
                row["channel.accuracy"] += sign * 0.4
            yield row

    found = {row["name"]: row for row in findings("", rows())}["naive-recovers"]
    assert found["met"] is None
    assert re.match(r"cannot say: the gap is \d+\.\d points, 1\.\d SE", found["controls"])


def test_what_was_not_run_cannot_be_said():
    rows = (row for row in Truth().rows() if row["arm"] != arm_of("claims", "truth", LARGE))
    found = {row["name"]: row for row in findings("", rows)}
    assert found["naive-recovers"]["controls"] == "cannot say: no complete arm claims-truth-64"
    assert found["agreement-falls"]["met"] is True
    one_seed = [row for row in Truth().rows() if row["seed"] == 0]
    assert all(row["met"] is None for row in findings("", one_seed))
