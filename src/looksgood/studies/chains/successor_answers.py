"""Who answers for the next generation: people, a policy by its likelihood, a reward model."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from looksgood.core.records import Comparisons
from looksgood.core.seeds import Seed
from looksgood.core.spec import content_key
from looksgood.preferences.files import read_comparisons, write_comparisons
from looksgood.preferences.labels import draw_labels
from looksgood.preferences.pairing import pair_within_prompt
from looksgood.rewards.implicit import ImplicitReward
from looksgood.studies.chains.chain import Chain, Columns, Trained
from looksgood.studies.chains.judge_agreement import agreement
from looksgood.studies.chains.successor_channels import AS_PEOPLE, AS_TRUTH
from looksgood.studies.chains.successor_settings import SuccessorSpec

if TYPE_CHECKING:
    from looksgood.core.protocols import Reward

_FILE = "comparisons.parquet"


@dataclass(frozen=True)
class Answers:
    """The comparisons that a generation leaves to the next."""

    spec: SuccessorSpec
    chain: Chain
    without: frozenset[str]
    """Ids of prompts that are held out in every generation."""

    def once(self, trained: Trained, turn: int) -> tuple[str, Comparisons]:
        """Return the answers after a turn, kept as a stage, and the key that stands for them."""
        spec = self.spec
        key = content_key("answers", trained.key, spec.people, spec.judge, spec.sharpness, turn)
        seed = self.chain.seed.child("answers", turn)
        place = self.chain.shared.stages.once(
            "comparisons",
            key,
            lambda path: write_comparisons(path / _FILE, self.of(self.judge(trained), seed)),
        )
        return key, read_comparisons(place / _FILE).comparisons

    def judge(self, trained: Trained) -> "Reward":
        """Return who answers where people do not."""
        if self.spec.judge == "reward":
            return trained.reward
        return ImplicitReward.standardised_on(self.chain.pool, trained.policy, trained.base)

    def of(self, judge: "Reward", seed: Seed) -> Comparisons:
        """Compare fresh base responses: a share by people, pair by pair, the others by the judge.

        Whom a pair falls to is drawn once for all shares: with more people each pair that they
        answered stays theirs, and so does their answer.
        """
        chain, asked = self.chain, self.spec.preferences
        drawn = chain.world.prompts(asked.prompts, seed.child("prompts"))
        prompts = [prompt for prompt in drawn if prompt.id not in self.without]
        samples = chain.base.sample(prompts, asked.samples_per_prompt, seed.child("samples"))
        pairs, first, second = pair_within_prompt(
            samples, asked.pairs_per_prompt, seed.child("pairs")
        )
        seen = chain.world.channels(samples.prompt_of, samples.texts)
        people = chain.rater.prob_first(seen.rows(first), seen.rows(second)).double()
        opinion = self.spec.sharpness * judge.score(samples).double()
        judged = (opinion[first] - opinion[second]).sigmoid()
        at = torch.rand(len(pairs), generator=seed.child("who").torch(), dtype=torch.float64)
        answer = torch.where(at < self.spec.people, people, judged)
        choice = draw_labels(answer, seed.child("labels"), asked.tie_logit, asked.cant_tell)
        return Comparisons(pairs, choice)

    def agreement(self, trained: Trained) -> Columns:
        """Return how often the judge sides with people and with the truth, on base responses.

        The base itself as a policy's judge finds all alike: one half.
        """
        chain = self.chain
        pool, judge = chain.pool, self.judge(trained)
        seen = chain.world.channels(pool.prompt_of, pool.texts)
        opinion = judge.score(pool)
        return {
            AS_PEOPLE: agreement(opinion, chain.rater.score(seen), pool.k),
            AS_TRUTH: agreement(opinion, seen.weighed(chain.world.weights), pool.k),
        }
