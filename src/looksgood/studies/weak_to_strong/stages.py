"""What cells of weak-to-strong share: bases, questions with their true answers, weak labels."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from jaxtyping import Float
from torch import Tensor

from looksgood.core.errors import TooFew
from looksgood.core.records import Channels, Comparisons, Pairs
from looksgood.core.seeds import Seed
from looksgood.core.spec import content_key
from looksgood.models.language_model import LanguageModel
from looksgood.preferences.files import read_comparisons, write_comparisons
from looksgood.preferences.pairing import pair_within_prompt
from looksgood.rewards.fit import fit_bradley_terry
from looksgood.runs import Stages
from looksgood.studies.bases import base_folder, base_key
from looksgood.studies.weak_to_strong.settings import WeakToStrongSpec
from looksgood.worlds.almanac.exam import answers_to_judge, parts, prompts_about_each, subject
from looksgood.worlds.almanac.world import Almanac

if TYPE_CHECKING:
    from looksgood.policies.pretrain import Tick

QUESTIONS, ANSWERS = "questions.parquet", "answers.json"
RIGHT, WRONG = 1.0, 0.0
Labels = Float[Tensor, " questions"]
"""1 where the first is (thought to be) the better one, else 0."""


@dataclass(frozen=True)
class Questions:
    """What is asked, with the true answers as `choice`; an empty second response is none at all.

    A single answer is judged against an empty page: so one head, one loss and one threshold serve
    both tasks.
    """

    asked: Comparisons
    rater: Labels
    """What the rater thinks, without a slip."""

    def __len__(self) -> int:
        """Count them."""
        return len(self.asked)

    @property
    def truth(self) -> Labels:
        """The true answers."""
        return self.asked.choice

    @property
    def subjects(self) -> list[str]:
        """Which fact each is about."""
        return [subject(prompt) for prompt in self.asked.pairs.prompts]

    def about(self, facts: frozenset[str]) -> list[int]:
        """Return the places of the questions about these facts."""
        return [i for i, name in enumerate(self.subjects) if name in facts]


@dataclass(frozen=True)
class WeakToStrongStages:
    """The shared stages of one seed of one arm."""

    spec: WeakToStrongSpec
    seed: Seed
    stages: Stages

    @property
    def questions_key(self) -> str:
        """What the questions and the rater's answers depend on."""
        spec = self.spec
        if spec.task == "claims":
            how: list[Any] = [spec.answers, spec.believed]
        else:
            how = [self.base_key("writer")]
            how += [spec.prompts, spec.samples_per_prompt, spec.pairs_per_prompt]
        key = self.spec.world.key
        return content_key("questions", spec.task, key, spec.rater.key, self.seed.path, *how)

    @property
    def weak_key(self) -> str:
        """What the weak model's labels depend on."""
        spec = self.spec
        return content_key(
            "weak",
            self.questions_key,
            self.base_key("weak_model"),
            spec.weak_fit.key,
            spec.supervisors_facts,
            spec.students_facts,  # facts are dealt out together
        )

    def base_key(self, who: str) -> str:
        """What the pretrained model depends on that the setting `who` names."""
        return base_key(self.spec.world, getattr(self.spec, who), self.seed)

    def world(self) -> Almanac:
        """Build the world: it is cheap, so it is not stored."""
        return self.spec.world.build(self.seed.child("world"))

    def parts(self, world: Almanac) -> tuple[frozenset[str], ...]:
        """Return the facts whose truth the weak model is told, those labelled, those examined."""
        shares = self.spec.supervisors_facts, self.spec.students_facts
        return parts(world, shares, self.seed.child("parts"))

    def base(self, who: str, world: Almanac, tick: "Tick | None" = None) -> Path:
        """Return the folder of the pretrained model that the setting `who` names."""
        policy = getattr(self.spec, who)
        return base_folder(self.stages, self.spec.world, world, policy, self.seed, tick)

    def questions(self, world: Almanac) -> Questions:
        """Return all questions: `parts` says which of them are for whom."""
        folder = self.stages.once(
            "questions", self.questions_key, lambda path: _write(path, self._asked(world))
        )
        asked = read_comparisons(folder / QUESTIONS).comparisons
        return Questions(asked, _read(folder))

    def weak_labels(self, world: Almanac) -> Labels:
        """Return what a small model thinks of all questions, told the truth about some facts."""
        folder = self.stages.once("weak", self.weak_key, lambda path: self._taught(path, world))
        return _read(folder)

    # ---- parts

    def _asked(self, world: Almanac) -> Questions:
        """Ask about every fact, each examined on counting as one.

        Raises:
            TooFew: nothing can be asked about a fact.
        """
        seed = self.seed.child("questions", self.spec.task)
        make = self._claims if self.spec.task == "claims" else self._comparisons
        pairs, first, second = make(world, seed)
        gold = first.weighed(world.weights) - second.weighed(world.weights)
        rater = self.spec.rater.build(world.weights)
        thinks = rater.score(first) - rater.score(second)
        coin = torch.rand(len(thinks), generator=seed.child("coins").torch()) < 0.5
        labels = torch.where(thinks == 0, coin, thinks > 0).float()
        decided = (gold != 0).nonzero()[:, 0]  # of equals neither is the better one
        asked = Comparisons(pairs, (gold > 0).float()).take(decided.tolist())
        questions = Questions(asked, labels[decided])
        left_out = frozenset().union(*self.parts(world)) - set(questions.subjects)
        if left_out:
            raise TooFew(
                f"of the responses about {min(left_out)} none is better than another: draw more "
                "prompts or samples"
            )
        return questions

    def _claims(self, world: Almanac, seed: Seed) -> tuple[Pairs, Channels, Channels]:
        """Answers to judge, each beside an empty page, which is worth nothing to anybody."""
        prompts = prompts_about_each(world, self.spec.answers, seed.child("prompts"))
        texts = answers_to_judge(world, prompts, self.spec.believed, seed.child("answers"))
        seen = world.channels(prompts, texts)
        nothing = replace(seen, values=torch.zeros_like(seen.values))
        return Pairs(tuple(prompts), tuple(texts), ("",) * len(texts)), seen, nothing

    def _comparisons(self, world: Almanac, seed: Seed) -> tuple[Pairs, Channels, Channels]:
        """Two responses of a base to one prompt, as raters compare everywhere else."""
        spec = self.spec
        prompts = prompts_about_each(world, spec.prompts, seed.child("prompts"))
        writer = LanguageModel.load(self.base("writer", world), world.response_tokens)
        samples = writer.sample(prompts, spec.samples_per_prompt, seed.child("samples"))
        pairs, first, second = pair_within_prompt(
            samples, spec.pairs_per_prompt, seed.child("pairs")
        )
        seen = world.channels(samples.prompt_of, samples.texts)
        return pairs, seen.rows(first), seen.rows(second)

    def _taught(self, folder: Path, world: Almanac) -> None:
        questions = self.questions(world)
        told = questions.asked.take(questions.about(self.parts(world)[0]))
        weak = fit_bradley_terry(
            self.spec.weak_fit,
            self.base("weak_model", world),
            told,
            world.response_tokens,
            self.seed.child("weak", self.spec.task),
        )
        _write_labels(folder, (weak.margins(questions.asked) > 0).float())


def _write(folder: Path, questions: Questions) -> None:
    write_comparisons(folder / QUESTIONS, questions.asked)
    _write_labels(folder, questions.rater)


def _write_labels(folder: Path, labels: Labels) -> None:
    (folder / ANSWERS).write_text(json.dumps(labels.int().tolist()), encoding="utf-8")


def _read(folder: Path) -> Labels:
    return torch.tensor(json.loads((folder / ANSWERS).read_text(encoding="utf-8"))).float()
