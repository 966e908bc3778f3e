"""From settings to r̂ in a folder, and back."""

from pathlib import Path
from typing import TYPE_CHECKING

from looksgood.core.records import Comparisons, Samples
from looksgood.core.seeds import Seed
from looksgood.core.spec import Spec
from looksgood.rewards.ensemble import Ensemble
from looksgood.rewards.fit import fit_bradley_terry
from looksgood.rewards.reward_model import RewardModel
from looksgood.rewards.spec import EnsembleSpec, FittedSpec, RandomSpec

if TYPE_CHECKING:
    from looksgood.core.protocols import FittedReward


def save_reward(
    folder: Path,
    spec: Spec,
    base: Path,
    train: Comparisons,
    base_samples: Samples,
    response_tokens: int,
    seed: Seed,
) -> None:
    """Fit what `spec` describes and save it, standardised on `base_samples`.

    Raises:
        TooFew: there are too few comparisons.
        NotFinite: a loss became NaN.
    """
    members = [
        fit_member(spec, i, base, train, response_tokens, seed)
        for i in range(len(members_of(spec)))
    ]
    if isinstance(spec, EnsembleSpec):
        ensemble = Ensemble(members, spec.aggregate, spec.weight)
        ensemble.standardised_on(base_samples).save(folder)
    else:
        members[0].standardised_on(base_samples).save(folder)


def load_reward(folder: Path, spec: Spec, response_tokens: int) -> "FittedReward":
    """Load what `save_reward` saved."""
    if isinstance(spec, EnsembleSpec):
        return Ensemble.load(folder, response_tokens)
    return RewardModel.load(folder, response_tokens)


def members_of(spec: Spec) -> list[FittedSpec | RandomSpec]:
    """Return the settings of each model that `spec` puts together: one, if it is no ensemble."""
    if isinstance(spec, EnsembleSpec):
        return [spec.member] * spec.members
    assert isinstance(spec, FittedSpec | RandomSpec)
    return [spec]


def fit_member(
    spec: Spec, i: int, base: Path, train: Comparisons, response_tokens: int, seed: Seed
) -> RewardModel:
    """Fit member number `i`, not standardised. The first by seed is what one model alone would be.

    Raises:
        TooFew: there are too few comparisons.
        NotFinite: a loss became NaN.
    """
    member = members_of(spec)[i]
    if isinstance(member, RandomSpec):
        return RewardModel.load(base, response_tokens, new_head=seed.child("head"))
    some = _share_of(train, spec, i)
    return fit_bradley_terry(member, base, some, response_tokens, seed.child(i))


def _share_of(train: Comparisons, spec: Spec, member: int) -> Comparisons:
    """All comparisons, or all but this member's fold (whole prompts stay together)."""
    if not isinstance(spec, EnsembleSpec) or spec.by == "seed":
        return train
    ids = sorted({prompt.id for prompt in train.pairs.prompts})
    fold = {name: i % spec.members for i, name in enumerate(ids)}
    return train.take([i for i, p in enumerate(train.pairs.prompts) if fold[p.id] != member])
