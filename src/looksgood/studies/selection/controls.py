"""The controls that studies of selection share: gold selected by itself, and a reward of chance."""

from looksgood.measures.turning import fall_share
from looksgood.studies.arms import of
from looksgood.studies.findings import Claim

GOLD_ARM_HOLDS = Claim(
    "gold-arm-holds",
    "Selected by itself, gold does not fall.",
    lambda c: fall_share(c[of("gold", "gold")]),
    "share of gold's best gain that is lost at the largest n < 0.2, by the interval",
    below=0.2,
    needs=(of("gold", "gold"),),
)
RANDOM_SELECTS_NOTHING = Claim(
    "random-selects-nothing",
    "Selected by a random reward model gold does not improve.",
    lambda c: c[of("random", "gold")].max(-1),
    "best gold over n < 0.3 base sd, by the interval",
    below=0.3,
    needs=(of("random", "gold"),),
)
