"""The claims of rm-scaling on runs whose truth was planted."""

import numpy as np
import pytest

from looksgood.core.errors import ConfigError
from looksgood.core.seeds import Seed
from looksgood.policies.pretrain import small_llama
from looksgood.policies.tokenizer import word_tokenizer
from looksgood.runs import RunFolder, Stages
from looksgood.studies.catalogue.rm_scaling import PROMPTS, SIZES
from looksgood.studies.laws.scaling_claims import compared, data_arms, floor, scaling_findings
from looksgood.studies.shared import Shared
from looksgood.studies.study import find_study
from tests.sweeps import run_tiny, tiny_spec

STUDY = find_study("rm-scaling")
SPEC = STUDY.configure("standard", {})
NS = np.array(SPEC.best_of, dtype=float)
D = np.sqrt(np.log(NS) - (NS - 1) / NS)
WEIGHTS = dict(zip(SIZES, (4_000, 10_000, 40_000, 130_000, 700_000), strict=True))


def form(alpha: float, beta: float) -> np.ndarray:
    return D * (alpha - beta * D)


def raters() -> dict[str, np.ndarray]:
    """The raters' score by arm in a world where every claim holds."""
    found = {body: form(0.4 + 0.05 * i, 0.1 - 0.01 * i) for i, body in enumerate(SIZES)}
    for body in ("width-64", "width-32"):
        for i, arm in enumerate(data_arms(body)[:-1]):
            found[arm] = 0.1 * i * D
    return found | {"few-often": 0.2 * D, "many-once": 0.4 * D, "random": 0 * D}


def planted(path, gap=None, **changed):
    """Findings of a run with these raters' scores; gold lies below them by the arm's `gap`."""
    curves = raters() | changed
    with RunFolder.open(path, STUDY.name, {"planted": True}, seeds=range(3)) as run:
        for arm, rater in curves.items():
            below = (gap or {}).get(arm, 0.5)
            for seed in range(3):
                cell = run.cell(arm, seed, "k")
                with cell.working():
                    cell.resume()
                    luck = Seed((arm, seed)).numpy().normal(0, 0.02, 30)
                    rows = [
                        {
                            "study": STUDY.name, "arm": arm, "seed": seed, "step": 0,
                            "optimizer": "best_of_n", "n": int(n), "prompt_id": str(i),
                            "samples": 9, "kl": float(d**2), "proxy": float(d),
                            "rater": float(r + luck[i] * d), "gold": float(r - below * d),
                        }
                        for n, d, r in zip(NS, D, rater, strict=True)
                        for i in range(30)
                    ]  # fmt: skip
                    cell.commit(1, {}, prompts=rows)
                    cell.finish({"reward_parameters": WEIGHTS.get(arm, 130_000)})
        run.merge()
        run.info["results"] = {c.path.name: c.result for c in run.cells()}
        run.save()
    return {row["name"]: row for row in scaling_findings(STUDY.name, RunFolder.read(path), SPEC)}


BAD = {
    "alpha-grows-with-size": {body: form(0.5 - 0.05 * i, 0.1) for i, body in enumerate(SIZES)},
    "beta-falls-with-size": {body: form(0.5, 0.05 + 0.02 * i) for i, body in enumerate(SIZES)},
    "alpha-orders-sizes": {"width-8": form(0.9, 0.1)},
    "more-data-helps": {
        f"width-64-prompts-{p}": (0.9 - 0.1 * i) * D for i, p in enumerate(PROMPTS)
    },
    "data-floor": {"width-64-prompts-12": 0.3 * D},
    "data-floor-alike": {f"width-32-prompts-{p}": 0 * D for p in PROMPTS},
    "data-not-epochs": {"few-often": 0.4 * D},
    "random-selects-nothing": {"random": 0.5 * D},
}


def test_a_run_in_which_it_holds_meets_every_claim(tmp_path):
    found = planted(tmp_path / "run")
    assert {name: row["met"] for name, row in found.items()} == dict.fromkeys(
        [*BAD, "gap-2-does-not-close"], True
    )


@pytest.mark.parametrize("name", BAD)
def test_a_claim_is_not_met_where_its_opposite_was_planted(name, tmp_path):
    assert planted(tmp_path / "run", **BAD[name])[name]["met"] is False


def test_a_gap_that_closes_with_size_is_seen(tmp_path):
    closing = {body: 0.8 - 0.2 * i for i, body in enumerate(SIZES)}
    assert planted(tmp_path / "run", gap=closing)["gap-2-does-not-close"]["met"] is False


def test_what_was_not_run_cannot_be_said(tmp_path):
    with RunFolder.open(tmp_path / "run", STUDY.name, {"planted": True}, seeds=range(2)) as run:
        run.merge()
    found = scaling_findings(STUDY.name, RunFolder.read(tmp_path / "run"), SPEC)
    assert {row["met"] for row in found} == {None}


def test_the_floor_lies_between_the_numbers_it_is_crossed_between():
    scores = np.array([0.0, 0.0, 0.2, 0.3, 0.4, 0.5])
    assert compared(PROMPTS[1]) < floor(scores) < compared(PROMPTS[2])
    assert floor(scores) == pytest.approx(np.sqrt(compared(PROMPTS[1]) * compared(PROMPTS[2])))
    assert floor(scores + 1) == pytest.approx(compared(PROMPTS[0]))
    assert np.isnan(floor(scores - 1))


def test_reward_bodies_span_two_decades_of_weights():
    tokenizer = word_tokenizer([" ".join(f"w{i}" for i in range(330))])

    def weights(body: str) -> int:
        spec = STUDY.arm_spec(SPEC, body).reward_body
        model = small_llama(
            tokenizer,
            width=spec.width,
            layers=spec.layers,
            heads=spec.heads,
            positions=64,
            seed=Seed((0,)),
        )
        return sum(w.numel() for w in model.parameters())

    counted = [weights(body) for body in SIZES]
    assert counted == sorted(counted)
    assert counted[-1] >= 100 * counted[0]


def test_a_body_whose_tokens_are_others_is_refused(tmp_path):
    spec = tiny_spec(
        reward_body={"kind": "small", "width": 16, "layers": 1, "epochs": 0.1, "tokenizer": "bpe"}
    )
    shared = Shared(spec, Seed((0,)), Stages(tmp_path))
    with pytest.raises(ConfigError, match="reward_body: its tokens are not those"):
        shared.body(shared.world())


def test_r_hat_grows_on_its_own_body(tmp_path):
    def sizes(**changes) -> dict[str, int]:
        results = run_tiny(tmp_path / str(len(changes)), **changes).info["results"]
        return {
            cell.rpartition("-seed")[0]: result["reward_parameters"]
            for cell, result in results.items()
            if "reward_parameters" in result
        }

    base = sizes(betas=())
    larger = sizes(betas=(), reward_body={"kind": "small", "width": 32, "layers": 1, "epochs": 0.1})
    assert larger["ordinary"] > 1.9 * base["ordinary"]
    assert "gold" not in base
