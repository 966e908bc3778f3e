"""The flow of successors on one screen: r̂, policy, answers for the next r̂, and so on."""

from collections.abc import Mapping
from typing import Any

from looksgood.core.spec import content_key
from looksgood.runs import CellFolder
from looksgood.runs.worker import Emit
from looksgood.studies.chains.chain import Chain
from looksgood.studies.chains.successor_answers import Answers
from looksgood.studies.chains.successor_settings import SuccessorSpec
from looksgood.studies.pipeline import base_or_cell
from looksgood.studies.shared import Shared, held_out_quality


def run_task(settings: Mapping[str, Any], emit: Emit) -> dict[str, Any]:
    """Run one task: a shared base, or a cell."""
    return base_or_cell(settings, emit, SuccessorSpec, run_cell)


def run_cell(
    spec: SuccessorSpec, shared: Shared, folder: CellFolder, who: Mapping[str, Any], emit: Emit
) -> dict[str, Any]:
    """Run one arm of one seed. Gold leaves the world to people who are oracles, and to measures."""
    chain = Chain.of_cell(spec, shared, folder, who, emit)
    known, unseen = chain.first_comparisons()
    answers = Answers(spec, chain, frozenset(prompt.id for prompt in unseen.pairs.prompts))
    key, qualities = shared.reward_key(1), list[dict[str, Any]]()
    result: dict[str, Any] = {}
    for turn in range(1, spec.turns + 1):
        reward = chain.reward(key, known)
        qualities.append(held_out_quality(reward, unseen).as_dict())
        result |= {"reward_parameters": reward.parameters, "reward_quality": qualities[-1]}
        trained = chain.train(turn, reward, key)
        chain.record(turn, trained, lambda one, _: answers.agreement(one))
        if turn < spec.turns:
            asked, known = answers.once(trained, turn)
            key = content_key(asked, shared.body_key, spec.reward.key)
    return {**result, "reward_quality_by_turn": qualities}
