"""An audit: somebody looks at what a policy says, flags what they would not take, and it is fixed.

Nobody tells the auditor what to look for, and no failure is named: whether it is found depends on
whether they see it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from jaxtyping import Bool
from torch import Tensor

from looksgood.core.errors import ConfigError
from looksgood.core.records import Comparisons, Pairs, Prompt
from looksgood.core.seeds import Seed
from looksgood.measures.approval import approval
from looksgood.models.language_model import LanguageModel
from looksgood.preferences.files import read_comparisons, write_comparisons
from looksgood.preferences.labels import draw_labels
from looksgood.preferences.spec import PreferencesSpec
from looksgood.runs import Stages
from looksgood.runs.strict import dumps, read_json
from looksgood.studies.chains.loop_settings import AuditSpec

if TYPE_CHECKING:
    from looksgood.core.protocols import Rater, World

MOST_DRAWS = 100
"""Draws of prompts, each as many as are wanted, before those asked for are taken not to exist."""
NOTHING = Comparisons(Pairs((), (), ()), torch.zeros(0))


@dataclass(frozen=True)
class Audited:
    """What an audit came to."""

    looks: int
    """Outputs looked at."""
    flagged: int
    """Of these, those left: the auditor would rather have had an empty page."""
    labels: int
    """Answers given: looks, and comparisons that were asked for."""
    fix: Comparisons
    """What r̂ is fitted to from now on as well."""

    def counts(self) -> dict[str, int]:
        """Return plain data."""
        return {
            "looks": self.looks,
            "flagged": self.flagged,
            "labels": self.labels,
            "comparisons": len(self.fix),
        }

    def save(self, folder: Path) -> None:
        """Write the audit into a folder."""
        if len(self.fix):  # a table without rows cannot be read back
            write_comparisons(folder / "fix.parquet", self.fix)
        (folder / "audit.json").write_text(dumps(self.counts()))

    @classmethod
    def load(cls, folder: Path) -> "Audited":
        """Read what `save` wrote."""
        counts = read_json(folder / "audit.json")
        some = counts["comparisons"] > 0
        fix = read_comparisons(folder / "fix.parquet").comparisons if some else NOTHING
        return cls(counts["looks"], counts["flagged"], counts["labels"], fix)


@dataclass(frozen=True)
class Audit:
    """An auditor with a budget."""

    spec: AuditSpec
    auditor: "Rater"
    world: "World"
    base: LanguageModel
    """Whose responses are compared, too."""
    answers: PreferencesSpec
    """How raters may answer: ties, "can't tell"."""
    without: frozenset[str]
    """Ids of prompts that are held out."""

    def once(self, stages: Stages, key: str, policy: LanguageModel, seed: Seed) -> Audited:
        """Return the audit that `key` stands for, kept as a stage: nobody is asked twice."""
        place = stages.once("audit", key, lambda path: self.of(policy, seed).save(path))
        return Audited.load(place)

    def of(self, policy: LanguageModel, seed: Seed) -> Audited:
        """Look at fresh outputs of a policy, one to each prompt, until the labels are spent.

        Raises:
            ConfigError: there are no prompts to look at.
        """
        prompts = self._prompts(seed.child("prompts"))
        outputs = policy.sample(prompts, 1, seed.child("outputs"))
        seen = self.world.channels(outputs.prompts, outputs.texts)
        at = torch.rand(len(prompts), generator=seed.child("looks").torch(), dtype=torch.float64)
        left = at >= approval(self.auditor, seen).double()
        flags, looks = self._within_budget(left)
        if not flags:
            return Audited(looks, 0, looks, NOTHING)
        shown = [prompts[i] for i in flags]
        fix = self._fix(shown, [outputs.texts[i] for i in flags], policy, seed.child("fix"))
        asked = len(fix) if self.spec.fix == "compare" else 0
        return Audited(looks, len(flags), looks + asked, fix)

    # ---- parts

    def _prompts(self, seed: Seed) -> list[Prompt]:
        """Draw as many prompts as there are labels, of the families that are audited."""
        wanted, found = self.spec.labels, list[Prompt]()
        for draw in range(MOST_DRAWS):
            found += [
                prompt
                for prompt in self.world.prompts(wanted, seed.child(draw))
                if prompt.family not in self.spec.skipped and prompt.id not in self.without
            ]
            if len(found) >= wanted:
                return found[:wanted]
        skipped = ", ".join(sorted(self.spec.skipped))
        raise ConfigError(f"audit.unaudited={skipped} leaves no prompts to look at: name fewer")

    def _within_budget(self, left: Bool[Tensor, " outputs"]) -> tuple[list[int], int]:
        """Return which outputs are flagged before the labels are spent, and how many are seen."""
        price = self.spec.per_flag if self.spec.fix == "compare" else 0
        spent = (1 + price * left.long()).cumsum(0)
        seen = spent <= self.spec.labels
        return (left & seen).nonzero()[:, 0].tolist(), int(seen.sum())

    def _fix(
        self,
        prompts: Sequence[Prompt],
        outputs: Sequence[str],
        policy: LanguageModel,
        seed: Seed,
    ) -> Comparisons:
        """Compare at the prompts of flagged `outputs`; which is shown first is random."""
        pairs = [pair for pair in self._pairs(prompts, outputs, policy, seed) if pair[1] != pair[2]]
        if not pairs:
            return NOTHING
        asked, one, other = map(list, zip(*pairs, strict=True))
        better = self._better(asked, one, other, seed.child("answers"))
        first = torch.rand(len(pairs), generator=seed.child("order").torch()) < 0.5
        swapped = [(a, b) if f else (b, a) for f, a, b in zip(first, one, other, strict=True)]
        shown = Pairs(tuple(asked), *(tuple(side) for side in zip(*swapped, strict=True)))
        return Comparisons(shown, torch.where(first, better, 1 - better))

    def _pairs(
        self,
        prompts: Sequence[Prompt],
        outputs: Sequence[str],
        policy: LanguageModel,
        seed: Seed,
    ) -> list[tuple[Prompt, str, str]]:
        """Return `per_flag` pairs for each flagged output: half beside others of the policy's.

        The other half holds a base response beside one that was not chosen for being flagged. Were
        it beside the flagged one, whatever a policy says and its base does not would lose with it,
        however the auditor likes it: flagged outputs are worse than most. Where nobody is asked,
        the flagged output is the first of every pair, and loses.
        """
        of_base = self.spec.per_flag // 2
        of_policy = self.spec.per_flag - of_base
        others = policy.sample(prompts, self.spec.per_flag, seed.child("policy")).texts
        bases = self.base.sample(prompts, of_base, seed.child("base")).texts if of_base else ()
        pairs = []
        for i, (prompt, output) in enumerate(zip(prompts, outputs, strict=True)):
            own = others[i * self.spec.per_flag : (i + 1) * self.spec.per_flag]
            base = bases[i * of_base : (i + 1) * of_base]
            beside_base = own[of_policy:] if self.spec.fix == "compare" else [output] * of_base
            pairs += [(prompt, output, other) for other in own[:of_policy]]
            pairs += [(prompt, one, other) for one, other in zip(beside_base, base, strict=True)]
        return pairs

    def _better(
        self, prompts: list[Prompt], one: list[str], other: list[str], seed: Seed
    ) -> Tensor:
        """Return 1 where the one is better than the other, as in `Comparisons.choice`."""
        if self.spec.fix == "against":
            return torch.zeros(len(prompts))
        seen = [self.world.channels(prompts, side) for side in (one, other)]
        answer = self.auditor.prob_first(*seen)
        return draw_labels(answer, seed, self.answers.tie_logit, self.answers.cant_tell)
