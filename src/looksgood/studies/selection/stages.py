"""What arms that select share: one pool of base samples, and each reward model's scores of it."""

import json
from dataclasses import dataclass
from pathlib import Path

from jaxtyping import Float
from safetensors.torch import load_file, save_file
from torch import Tensor

from looksgood.core.protocols import World
from looksgood.core.records import Channels, Samples
from looksgood.core.spec import content_key
from looksgood.rewards.build import fit_member, members_of
from looksgood.rewards.spec import EnsembleSpec, GoldSpec
from looksgood.studies.asking import SimulatedAsker
from looksgood.studies.rounds import Rounds
from looksgood.studies.shared import Shared, Tick

TENSORS, TEXTS = "pool.safetensors", "pool.json"


@dataclass(frozen=True)
class MemberScores:
    """One reward model's raw scores of the pool, and its margins on comparisons it has not seen."""

    pool: Float[Tensor, " responses"]
    margins: Float[Tensor, " pairs"]
    choice: Float[Tensor, " pairs"]
    """What the rater answered there."""


@dataclass(frozen=True)
class SelectionStages:
    """The shared stages of one seed of one arm."""

    shared: Shared

    @property
    def members(self) -> int:
        """How many reward models the arm needs."""
        reward = self.shared.spec.reward
        return 0 if isinstance(reward, GoldSpec) else len(members_of(reward))

    @property
    def pool_key(self) -> str:
        """What the pool depends on."""
        measure = self.shared.spec.measure
        return content_key("pool", self.shared.base_key, measure.prompts, measure.pool)

    def member_key(self, i: int) -> str:
        """What member `i`'s scores depend on: not on how members are put together."""
        spec = self.shared.spec
        reward = spec.reward
        fold = reward.members if isinstance(reward, EnsembleSpec) and reward.by == "fold" else 0
        return content_key(
            self.pool_key,
            self.shared.comparisons_key(spec.preferences.rounds),
            self.shared.body_key,
            members_of(reward)[i].key,
            i,
            fold,
        )

    def pool(self, world: World, tick: Tick | None = None) -> tuple[Samples, Channels]:
        """Return base samples of the held-out prompts with their true traits."""
        spec, seed = self.shared.spec.measure, self.shared.seed
        prompts = world.prompts(spec.prompts, seed.child("held-out"))

        def make(folder: Path) -> None:
            base, _ = self.shared.base(world, tick)
            samples = base.sample(prompts, spec.pool, seed.child("pool"))
            _write(folder, samples, world.channels(samples.prompt_of, samples.texts))

        folder = self.shared.stages.once("pool", self.pool_key, make)
        tensors = load_file(folder / TENSORS)
        texts = json.loads((folder / TEXTS).read_text(encoding="utf-8"))
        channels = Channels(tuple(texts["channels"]), tensors.pop("channels"))
        return Samples(tuple(prompts), tuple(texts["texts"]), **tensors), channels

    def member(self, i: int, world: World) -> MemberScores:
        """Return member `i`'s scores; where they are missing it is fitted, and the pool scored."""
        folder = self.shared.stages.once(
            "scores", self.member_key(i), lambda path: self._score(path, i, world)
        )
        return MemberScores(**load_file(folder / TENSORS))

    def _score(self, folder: Path, i: int, world: World) -> None:
        shared, spec = self.shared, self.shared.spec
        compared, body = shared.compared(world), shared.body(world)
        pool, _ = self.pool(world)
        asker = SimulatedAsker(spec.rater.build(world.weights), world, spec.preferences)
        train, unseen = Rounds(shared, world, compared, body, asker, pool).comparisons()
        reward = fit_member(
            spec.reward, i, body, train, world.response_tokens, shared.seed.child("reward")
        )
        found = {
            "pool": reward.raw(pool),
            "margins": reward.margins(unseen),
            "choice": unseen.choice,
        }
        save_file({name: found[name].contiguous() for name in found}, folder / TENSORS)


def _write(folder: Path, samples: Samples, channels: Channels) -> None:
    tensors: dict[str, Tensor] = {
        "prompt_ids": samples.prompt_ids,
        "prompt_mask": samples.prompt_mask,
        "ids": samples.ids,
        "mask": samples.mask,
        "logp": samples.logp,
        "channels": channels.values,
    }
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, folder / TENSORS)
    texts = {"texts": samples.texts, "channels": channels.names}
    (folder / TEXTS).write_text(json.dumps(texts), encoding="utf-8")
