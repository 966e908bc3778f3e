"""How often do intervals of what panels read hold the truth? By simulation.

Planted are two runs a seed, of which one fools raters and the other hardly, with the means and sds
of from-scratch's standard run (seeds 2010–2014, commit 05d9739), arms pretrained and, but for its
rise of false approval, kl: seeds differ in how far proxy gets, in how often both policies are
wrong, in false approval before and after, and in gold; prompts in each of these. The bootstrap and
the statistics are the program's own. The truth is that of endless seeds and prompts, read in the
same way. Quick forms of it are in the default tests.
"""

import numpy as np
import pytest

from looksgood.core.seeds import Seed
from looksgood.measures.resample import Resampled, interval
from looksgood.studies.panels import exploitation as of
from looksgood.studies.panels.approvals import (
    BOTH_WRONG,
    CHANNEL,
    approved_after,
    approved_before,
)
from looksgood.studies.panels.channels import score_of
from looksgood.studies.run_lines import Lines
from tests.coverage import World, beyond_chance, resampled, shares_held, with_prompts

PROMPTS, CHECKPOINTS = 64, 15
WHO = "ordinary"
FOOLS, CONTROL = ("fools", "rloo", 0.0), ("control", "rloo", 0.0)
RUNS = (FOOLS, CONTROL)
SCORE = CHANNEL + score_of(WHO)
FALSE, GOLD, PROXY = of.false_approval(WHO), of.column("gold"), of.column("proxy")
GAP = of.gap_2(WHO)


def lines():
    """Where the planted lines are among the points: each begins with a base of its own."""
    places = {
        line: list(range(i * (CHECKPOINTS + 1), (i + 1) * (CHECKPOINTS + 1)))
        for i, line in enumerate(RUNS)
    }
    steps = dict.fromkeys(RUNS, 4.0 * np.arange(CHECKPOINTS + 1))
    return Lines(Resampled({}, {}, 0), places, steps, {})


LINES = lines()


def planted(rng, runs, seeds):
    """Return every column of every point."""

    def of_seeds(mean, sd):
        """Draw one value a run; the two runs of a seed share half of what is theirs."""
        own = rng.standard_normal((runs, seeds, len(RUNS), 1))
        common = rng.standard_normal((runs, seeds, 1, 1))
        return np.reshape(mean, (-1, 1)) + np.reshape(sd, (-1, 1)) * (own + common) / 2**0.5

    along = np.arange(CHECKPOINTS + 1) / CHECKPOINTS
    half_way = np.minimum(1, 2 * along)
    wrong = of_seeds(0.4, 0.03) + 0 * along
    before = of_seeds(0.5, 0.04) + 0 * along
    gold = of_seeds((0.7, 0.8), 0.1) * along - of_seeds((0.9, 0.45), (0.35, 0.1)) * along**2
    columns = {
        "proxy": of_seeds((1.16, 0.85), 0.06) * along**0.5,
        "gold": gold,
        SCORE: gold + of_seeds((1.0, 0.37), (0.2, 0.1)) * along**0.6,
        BOTH_WRONG: wrong,
        approved_before(WHO): wrong * before,
        approved_after(WHO): wrong * (before + of_seeds((0.26, 0.03), 0.04) * half_way),
    }
    return {name: each.reshape(runs, seeds, -1) for name, each in columns.items()}


def measured(rng, curves):
    """Add prompts; what both get wrong is a matter of the prompt, and so is who approves of it."""
    wider = np.tile(np.linspace(0.5, 0.8, CHECKPOINTS + 1), len(RUNS))[:, None]
    wrong = with_prompts(rng, curves[BOTH_WRONG], 0.35, PROMPTS, 0.95)
    gold = with_prompts(rng, curves["gold"], wider, PROMPTS, 0.85)
    beyond = with_prompts(rng, curves[SCORE] - curves["gold"], 0.9 * wider, PROMPTS, 0.85)
    found = {
        "proxy": with_prompts(rng, curves["proxy"], 0.4, PROMPTS, 0.8),
        "gold": gold,
        SCORE: gold + beyond,
        BOTH_WRONG: wrong,
    }
    for name in (approved_before(WHO), approved_after(WHO)):
        rate = (curves[name] / curves[BOTH_WRONG])[..., None]
        found[name] = with_prompts(rng, 0 * curves[name], 0.07, PROMPTS, 0.6) + rate * wrong
    bases = [places[0] for places in LINES.places.values()]
    found[approved_after(WHO)][..., bases, :] = found[approved_before(WHO)][..., bases, :]
    return found


def alike(curves, what):
    return of.where_alike(LINES, curves, PROXY, what, RUNS)


def lead(curves, what):
    fools, control = alike(curves, what)
    return fools - control


WORLD = World(planted, measured)
STATISTICS = {
    "false approval at equal proxy": lambda c: alike(c, FALSE)[0],
    "the same, less the control's": lambda c: lead(c, FALSE),
    "gold at equal proxy, less the control's": lambda c: lead(c, GOLD),
    "gap 2 at equal proxy, less the control's": lambda c: lead(c, GAP),
    "gold after training": lambda c: of.at_end(LINES, c, GOLD, FOOLS),
    "most false approval along training": lambda c: of.peak(LINES, c, FALSE, FOOLS),
    "most false approval of the control": lambda c: of.peak(LINES, c, FALSE, CONTROL),
    "most false approval, less the control's": lambda c: (
        of.peak(LINES, c, FALSE, FOOLS) - of.peak(LINES, c, FALSE, CONTROL)
    ),
    "steps to false approval": lambda c: of.steps_to_false_approval(LINES, c, WHO, FOOLS),
}
MAXIMA = ("most false approval along training", "most false approval of the control")


def test_quickly_what_panels_read_mostly_holds():
    names = ("the same, less the control's", "gap 2 at equal proxy, less the control's")
    shares = shares_held(WORLD, {name: STATISTICS[name] for name in names}, 5, 50)
    assert min(shares.values()) >= 0.75


def test_quickly_intervals_of_a_maximum_miss_above_the_truth_never_below():
    rng = np.random.default_rng(1)
    endless = planted(rng, 1, 20_000)
    drawn = resampled(measured(rng, planted(rng, 50, 5)), Seed(("draws",)))
    for name in MAXIMA:
        truth = STATISTICS[name](endless)[0]
        low, high = np.array([interval(values) for values in STATISTICS[name](drawn).T]).T
        assert (high >= truth).all()
        assert (low > truth).mean() > 0.2


SEEDS = (2, 5, 10)
SIMULATIONS = {2: 600, 5: 600, 10: 300}
# by number of seeds: the table of docs/glossary.md
PERCENT = {
    "false approval at equal proxy": (89, 93, 97),
    "the same, less the control's": (86, 96, 97),
    "gold at equal proxy, less the control's": (78, 88, 94),
    "gap 2 at equal proxy, less the control's": (77, 90, 93),
    "gold after training": (70, 86, 93),
    "most false approval along training": (60, 54, 32),
    "most false approval of the control": (60, 38, 10),
    "most false approval, less the control's": (84, 92, 96),
    "steps to false approval": (96, 97, 97),
}


@pytest.mark.science
@pytest.mark.slow
@pytest.mark.parametrize("seeds", SEEDS)
def test_what_panels_read_holds_as_often_as_the_glossary_says(seeds):
    simulations = SIMULATIONS[seeds]
    shares = shares_held(WORLD, STATISTICS, seeds, simulations)
    told = {name: percents[SEEDS.index(seeds)] for name, percents in PERCENT.items()}
    assert not beyond_chance(shares, told, simulations)
