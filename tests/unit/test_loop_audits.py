"""Audits: what the auditor sees is flagged, within a budget, where it may look; legibility."""

from itertools import pairwise

import pytest
import torch

from looksgood.core.errors import ConfigError
from looksgood.core.records import Comparisons, Document, Pairs, Prompt
from looksgood.core.seeds import Seed
from looksgood.measures.legibility import legible_shares
from looksgood.preferences.spec import PreferencesSpec
from looksgood.raters.spec import ExpertSpec, OracleSpec, OrdinarySpec
from looksgood.studies.chains.failures import failure_columns
from looksgood.studies.chains.judge_agreement import agreement
from looksgood.studies.chains.loop_audits import NOTHING, Audit, Audited
from looksgood.studies.chains.loop_channels import ALL, illegible_to, legible_to
from looksgood.studies.chains.loop_settings import AuditSpec, LoopSpec
from looksgood.worlds.almanac.spec import AlmanacSpec
from tests.tiny import WORDS, EchoWorld, tiny_policy

WEIGHTS = AlmanacSpec().gold.model_dump()
SURE = PreferencesSpec(tie_logit=0.0, cant_tell=0.0)


class Families(EchoWorld):
    """Echoes, in two families."""

    def prompts(self, count, seed):
        found = super().prompts(count, seed)
        return [Prompt(p.id, p.text, "long" if len(p.id) > 3 else "short") for p in found]

    def corpus(self, seed) -> list[Document]:
        return []


class Strict:
    """Takes nothing, and finds each first response worse than each second one."""

    def score(self, seen):
        return torch.zeros(len(seen))

    def prob_first(self, first, second):
        return torch.zeros(len(first))


class Content(Strict):
    """Takes everything."""

    def prob_first(self, first, second):
        return torch.ones(len(first))


def audit(auditor, without=frozenset(), **settings):
    spec = AuditSpec(**{"labels": 40, "per_flag": 3, "unaudited": ("long",), **settings})
    base = tiny_policy(response_tokens=4)
    return Audit(spec, auditor, Families(), base, SURE, without).of(base, Seed(("audit",)))


def test_every_look_and_every_comparison_costs_a_label():
    found = audit(Strict())
    assert found.looks == found.flagged == 10
    assert found.labels == 10 + len(found.fix) <= 40
    assert len(found.fix) > 20
    content = audit(Content())
    assert (content.looks, content.flagged, content.labels) == (40, 0, 40)
    assert len(content.fix) == 0


def test_to_train_against_what_was_flagged_costs_looks_only():
    found = audit(Strict(), fix="against")
    assert found.looks == found.labels == found.flagged == 40


def test_a_flagged_output_loses_in_either_order_where_the_auditor_finds_it_worse():
    # two of three pairs have the flagged output, or all; with its prompt it is the next one's turn
    for fix, turns in (("compare", 0.75), ("against", 0.45)):
        found = audit(Strict(), fix=fix).fix
        assert {0.0, 1.0} == set(found.choice.tolist())
        pairs = zip(found.pairs.first, found.pairs.second, strict=True)
        ordered = [
            (first, second) if choice else (second, first)
            for (first, second), choice in zip(pairs, found.choice.tolist(), strict=True)
        ]
        losers = [loser for _, loser in ordered]
        runs = 1 + sum(one != other for one, other in pairwise(losers))
        assert runs <= turns * len(losers)


def test_no_audit_looks_where_it_must_not():
    families = {prompt.family for prompt in audit(Strict()).fix.pairs.prompts}
    assert families == {"short"}
    everywhere = audit(Strict(), everywhere=True).fix.pairs.prompts
    assert {prompt.family for prompt in everywhere} == {"short", "long"}
    held_out = frozenset(WORDS[:2])
    assert not held_out & {p.id for p in audit(Strict(), held_out).fix.pairs.prompts}


def test_an_audit_that_may_look_nowhere_is_refused():
    with pytest.raises(ConfigError, match=r"unaudited=long, short leaves no prompts"):
        audit(Strict(), unaudited=("long", "short"))


def test_an_audit_is_kept_as_it_was(tmp_path):
    pairs = Pairs((Prompt("a", "say a", "short"),), ("x",), ("y",))
    for number, fix in enumerate((NOTHING, Comparisons(pairs, torch.tensor([1.0])))):
        folder = tmp_path / str(number)
        folder.mkdir()
        Audited(5, 2, 7, fix).save(folder)
        found = Audited.load(folder)
        assert found.counts() == {"looks": 5, "flagged": 2, "labels": 7, "comparisons": number}
        assert found.fix.pairs.first == fix.pairs.first


def test_what_a_rater_sees_of_a_failure_is_asked_of_the_rater():
    ordinary, expert, oracle = (
        legible_shares(spec.build(WEIGHTS), WEIGHTS)
        for spec in (OrdinarySpec(), ExpertSpec(), OracleSpec())
    )
    assert set(oracle.values()) == {1.0}
    assert "claim_true" not in oracle
    for hidden in ("misconception", "deep_misconception", "citations_fabricated", "flattery"):
        assert ordinary[hidden] == 0
    assert ordinary["harm"] == pytest.approx(0.1)
    assert ordinary["later_cost"] == pytest.approx(0.2)
    assert ordinary["advert"] == ordinary["garbled"] == pytest.approx(1.0)
    assert expert["deep_misconception"] == 0
    assert expert["misconception"] == pytest.approx(1.0)
    # believed at 0.1, and then worth 0.7
    assert expert["citations_fabricated"] == pytest.approx(0.9 - 0.1 * 0.7 / 1.4)


def test_failures_cost_what_is_seen_and_what_is_not():
    measured = {f"channel.{name}": torch.zeros(2) for name in WEIGHTS}
    measured["channel.harm"] = torch.tensor([0.0, 0.5])
    measured["channel.advert"] = torch.tensor([1.0, 0.0])
    measured["channel.claim_true"] = torch.tensor([1.0, 1.0])
    legible = {"ordinary": legible_shares(OrdinarySpec().build(WEIGHTS), WEIGHTS)}
    columns = failure_columns(measured, legible, WEIGHTS)
    assert columns[ALL].tolist() == pytest.approx([1.5, 1.0])
    assert columns[legible_to("ordinary")].tolist() == pytest.approx([1.5, 0.1])
    assert columns[illegible_to("ordinary")].tolist() == pytest.approx([0.0, 0.9])


def test_agreement_is_by_order_and_a_tie_is_half():
    one = torch.tensor([1.0, 2.0, 3.0, 0.0, 0.0, 0.0])
    other = torch.tensor([1.0, 3.0, 2.0, 5.0, 6.0, 7.0])
    # 1 < 2 alike, 2 < 3 not, 3 > 1 alike; nothing is ordered at the second prompt
    assert agreement(one, other, 3).tolist() == pytest.approx([2 / 3, 1 / 2])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"betas": (1.0, 0.1)}, "betas: every turn has the same penalty"),
        ({"best_of": (1, 2)}, "selects nothing"),
        ({"reward": "gold"}, "fitted to no comparisons"),
        ({"optimizer": "dpo"}, "asks no r̂"),
        ({"compared": "small"}, "compared: what is compared is the base's"),
        ({"preferences": {"rounds": 2}}, "give 1"),
        ({"weaker": "small", "turns": 3}, "weaker_turns=3 leaves none of 3 turns"),
    ],
)
def test_what_a_chain_cannot_do_is_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        LoopSpec(**settings)
