"""The measured part of a cell: what it commits when, where it goes on, and how it breaks."""

import pytest
import torch

from looksgood.core.errors import NotFinite
from looksgood.core.seeds import Seed
from looksgood.measures.judges import Judges
from looksgood.raters.spec import OracleSpec
from looksgood.runs import CellFolder
from looksgood.studies.sweep import Sweep
from tests.sweeps import tiny_spec
from tests.tiny import EchoWorld, SaysTea, tiny_policy

WORLD = EchoWorld()
STEPS = 4
BETAS = (0.3, 0.0)


class Counts:
    """Training that only counts, until it breaks."""

    def __init__(self, policy, breaks_after=None):
        self.policy, self.breaks_after = policy, breaks_after
        self.position, self.restored = 0, None

    def step(self):
        if self.position == self.breaks_after:
            raise NotFinite(f"step {self.position}: the loss is nan")
        self.position += 1
        return {"loss": 0.0}

    def state(self):
        return {"position": torch.tensor(self.position)}

    def restore(self, state):
        self.position = self.restored = int(state["position"])


@pytest.fixture
def sweep(base, tmp_path):
    def make(checkpoints=2):
        changes = {"optimizer.steps": STEPS, "betas": BETAS, "measure.checkpoints": checkpoints}
        spec = tiny_spec(**changes)
        held_out = WORLD.prompts(spec.measure.prompts, Seed(("held-out",)))
        pool = base.sample(held_out, spec.measure.pool, Seed(("pool",)))
        judges = Judges.on_base(pool, WORLD, OracleSpec().build(WORLD.weights), SaysTea())
        who = {"study": "s", "arm": "a", "seed": 0}
        folder = CellFolder(tmp_path / "cell")
        went = folder.resume()
        made = Sweep(spec, base, judges, held_out, Seed((0,)), folder, who, lambda **_: None)
        if went is None:
            made.measure_base(pool)
        return made, went

    return make


def steps(sweep):
    rows = sweep.folder.lines["points"].read()
    return [(row["beta"], row["step"]) for row in rows if row["optimizer"] == "rloo"]


def first_of(i):
    return 1 + i * STEPS


@pytest.mark.parametrize(
    ("checkpoints", "measured"),
    [(1, [4]), (2, [2, 4]), (3, [1, 3, 4]), (4, [1, 2, 3, 4]), (9, [1, 2, 3, 4])],
)
def test_checkpoints_are_spread_evenly_and_the_last_step_is_one(sweep, base, checkpoints, measured):
    made, went = sweep(checkpoints)
    made.optimize(Counts(base), 0.3, first_of(0), went)
    assert steps(made) == [(0.3, step) for step in measured]


@pytest.mark.parametrize(("breaks_after", "good"), [(0, 0), (1, 0), (2, 2), (3, 2)])
def test_a_loss_that_is_not_finite_names_its_penalty_step_and_last_good_checkpoint(
    sweep, base, breaks_after, good
):
    made, went = sweep()
    with pytest.raises(NotFinite) as broke:
        made.optimize(Counts(base, breaks_after), 0.3, first_of(0), went)
    assert str(broke.value) == (
        f"penalty 0.3, {breaks_after} of 4 steps taken: step {breaks_after}: the loss is nan; "
        f"the last good checkpoint is step {good}"
    )
    assert steps(made) == [(0.3, 2)][: good // 2]


def test_a_policy_that_breaks_while_it_is_measured_says_where_too(sweep):
    policy = tiny_policy()
    made, went = sweep()
    with torch.no_grad():
        next(policy.model.parameters()).fill_(float("nan"))
    with pytest.raises(
        NotFinite, match=r"penalty 0\.3, 2 of 4 steps taken: .*checkpoint is step 0"
    ):
        made.optimize(Counts(policy), 0.3, first_of(0), went)
    assert steps(made) == []


def test_a_resumed_cell_goes_on_in_the_middle_and_skips_what_is_done(sweep, base):
    made, went = sweep()
    with pytest.raises(NotFinite):
        made.optimize(Counts(base, breaks_after=3), 0.3, first_of(0), went)
    again, went = sweep()
    trainer = Counts(base)
    again.optimize(trainer, 0.3, first_of(0), went)
    assert trainer.restored == 2
    assert steps(again) == [(0.3, 2), (0.3, 4)]

    third, went = sweep()  # stands exactly between two penalties
    assert third.is_past(first_of(0), went)
    assert not third.is_past(first_of(1), went)
    fresh = Counts(base)
    third.optimize(fresh, 0.0, first_of(1), went)
    assert (fresh.position, fresh.restored) == (4, None)
    assert steps(third) == [(0.3, 2), (0.3, 4), (0.0, 2), (0.0, 4)]
