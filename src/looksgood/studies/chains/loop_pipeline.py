"""The flow of design-loop on one screen: r̂, policy, audit, more comparisons, and r̂ again."""

from collections.abc import Callable, Mapping
from typing import Any

import torch

from looksgood.core.protocols import World
from looksgood.core.spec import content_key
from looksgood.measures.legibility import legible_shares
from looksgood.measures.point import Point
from looksgood.runs import CellFolder
from looksgood.runs.worker import Emit
from looksgood.studies.chains.chain import Chain, Columns
from looksgood.studies.chains.failures import failure_columns
from looksgood.studies.chains.loop_audits import Audit, Audited
from looksgood.studies.chains.loop_channels import LABELS, UNAUDITED
from looksgood.studies.chains.loop_settings import LoopSpec
from looksgood.studies.pipeline import base_or_cell
from looksgood.studies.shared import Shared, held_out_quality


def run_task(settings: Mapping[str, Any], emit: Emit) -> dict[str, Any]:
    """Run one task: a shared base, or a cell."""
    return base_or_cell(settings, emit, LoopSpec, run_cell)


def run_cell(
    spec: LoopSpec, shared: Shared, folder: CellFolder, who: Mapping[str, Any], emit: Emit
) -> dict[str, Any]:
    """Run one arm of one seed. Gold leaves the world to an oracle who audits, and to measures."""
    chain = Chain.of_cell(spec, shared, folder, who, emit)
    auditor = spec.audit.who.build(chain.world.weights)
    known, unseen = chain.first_comparisons()
    without = frozenset(prompt.id for prompt in unseen.pairs.prompts)
    audit = Audit(spec.audit, auditor, chain.world, chain.base, spec.preferences, without)
    columns = _columns_of(spec, chain.world)
    key, audits, qualities = shared.reward_key(1), list[Audited](), list[dict[str, Any]]()
    result: dict[str, Any] = {}
    for turn in range(1, spec.turns + 1):
        reward = chain.reward(key, known)
        qualities.append(held_out_quality(reward, unseen).as_dict())
        result |= {"reward_parameters": reward.parameters, "reward_quality": qualities[-1]}
        is_weaker = spec.weaker is not None and turn <= spec.weaker_turns
        trained = chain.train(turn, reward, key, "weaker" if is_weaker else "policy")
        labels = sum(audited.labels for audited in audits)
        chain.record(turn, trained, lambda _, point, n=labels: columns(point, n))
        if spec.audit.labels and turn < spec.turns:
            asked = content_key("audit", trained.key, spec.audit.key, turn)
            seed = chain.seed.child("audit", turn)
            audits.append(audit.once(shared.stages, asked, trained.policy, seed))
            known = known.and_then(audits[-1].fix)
            key = content_key(asked, shared.body_key, spec.reward.key)
    counts = [audited.counts() for audited in audits]
    return {**result, "reward_quality_by_turn": qualities, "audits": counts}


def _columns_of(spec: LoopSpec, world: World) -> Callable[[Point, int], Columns]:
    """Return what says, of a point and the labels spent by then, what failures cost and where."""
    weights = world.weights
    legible = {
        name: legible_shares(rater.build(weights), weights) for name, rater in spec.panel.items()
    }

    def columns(point: Point, labels: int) -> Columns:
        apart = [float(prompt.family in spec.audit.unaudited) for prompt in point.prompts]
        return {
            **failure_columns(point.columns, legible, weights),
            UNAUDITED: torch.tensor(apart),
            LABELS: torch.full((len(apart),), float(labels)),
        }

    return columns
