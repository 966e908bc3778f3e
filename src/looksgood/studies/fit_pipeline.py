"""The flow of reward-fit: comparisons from a file → base → r̂ → held-out accuracy."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from looksgood.core.errors import TooFew
from looksgood.core.records import Comparisons
from looksgood.core.seeds import Seed
from looksgood.core.spec import content_key, parse_spec
from looksgood.measures.curves import mean_and_interval
from looksgood.models.language_model import LanguageModel
from looksgood.preferences.files import read_comparisons
from looksgood.preferences.split import split_by_prompt
from looksgood.rewards.build import load_reward, save_reward
from looksgood.rewards.quality import quality
from looksgood.runs import CellTask, RunFolder, Stages
from looksgood.runs.worker import Emit
from looksgood.studies.findings import Finding
from looksgood.studies.fit_settings import FitSpec
from looksgood.studies.study import task_settings

PROMPTS_TO_STANDARDISE = 64


def fit_tasks(study: str, spec: FitSpec, arm: str, seed: int, run: Path) -> list[CellTask]:
    """Return the cell of one arm and seed.

    Raises:
        DataError: the file is missing or malformed; known before any work starts.
    """
    _read(spec)
    settings = task_settings(study, spec, arm, seed, run)
    return [CellTask(f"{arm}-seed{seed}", settings, label=f"{arm}, seed {seed}")]


def run_task(settings: Mapping[str, Any], emit: Emit) -> dict[str, Any]:
    """Fit one reward model and test it on prompts it has not seen."""
    spec = parse_spec(FitSpec, settings["spec"])
    seed, run = Seed((settings["seed"],)), Path(settings["run"])
    who = {"study": settings["study"], "arm": settings["arm"], "seed": settings["seed"]}
    everything = _read(spec)
    key = content_key(spec.key, _content(everything))
    folder = RunFolder.read(run).cell(settings["arm"], settings["seed"], key)
    with folder.working():
        if not folder.is_done:
            folder.resume()
            row = _fit(spec, everything, seed, Stages(run), emit)
            folder.commit(
                1, {}, points=[{**who, "optimizer": "base", "step": 0, **row}], prompts=[]
            )
            folder.finish(row)
        return folder.result


def _fit(
    spec: FitSpec, everything: Comparisons, seed: Seed, stages: Stages, emit: Emit
) -> dict[str, Any]:
    train_rows, test_rows = split_by_prompt(
        everything.pairs.prompts, spec.validation, seed.child("split")
    )
    train, test = everything.take(train_rows), everything.take(test_rows)
    if spec.shuffle:
        coin = torch.rand(len(train), generator=seed.child("coins").torch()) < 0.5
        train = Comparisons(train.pairs, coin.float())
    # the base reads what r̂ trains on, and nothing of what it is tested on
    world = spec.world.build(seed.child("world"), train)
    base_key = content_key("fit-base", spec.key, _content(train), seed.path)
    build = spec.policy.build
    folder = stages.once(
        "base",
        base_key,
        lambda path: build(
            world,
            seed.child("policy"),
            lambda step, steps, loss: emit(step=step, total=steps, scalars={"loss": loss}),
        ).save(path),
    )
    base = LanguageModel.load(folder, world.response_tokens)
    samples = base.sample(
        world.prompts(PROMPTS_TO_STANDARDISE, seed.child("prompts")), 4, seed.child("samples")
    )
    place = stages.once(
        "reward",
        base_key,
        lambda path: save_reward(
            path, spec.reward, folder, train, samples, world.response_tokens, seed.child("reward")
        ),
    )
    reward = load_reward(place, spec.reward, world.response_tokens)
    found = quality(reward.margins(test), test.choice).as_dict()
    return {
        "samples": found["pairs"],
        **{f"channel.held_out_{name}": found[name] for name in found if name != "pairs"},
    }


def _read(spec: FitSpec) -> Comparisons:
    """Read the comparisons; of more than asked for, the first.

    Raises:
        DataError: the file is missing or malformed.
        TooFew: it holds fewer than ten.
    """
    path = spec.world.path
    found = read_comparisons(path).comparisons
    if spec.comparisons:
        found = found.take(range(min(spec.comparisons, len(found))))
    if len(found) < 10:
        raise TooFew(f"{path} holds {len(found)} comparisons: fit nothing to fewer than 10")
    return found


def _content(comparisons: Comparisons) -> str:
    """Hash the comparisons themselves: a file may be edited under the same name."""
    pairs = comparisons.pairs
    prompts = [prompt.text for prompt in pairs.prompts]
    return content_key(prompts, pairs.first, pairs.second, comparisons.choice.tolist())


def fit_findings(study: str, run: RunFolder, spec: FitSpec) -> list[dict[str, Any]]:
    """Hold held-out accuracy against one half, over seeds, in both arms."""
    del spec
    rows = run.points().to_pylist()
    findings = []
    for arm, name, criterion in (
        ("answers", "predicts", "held-out accuracy > 0.5, by the interval over seeds"),
        ("shuffled", "control", "held-out accuracy with shuffled answers not above 0.5"),
    ):
        values = [
            row["channel.held_out_accuracy"]
            for row in rows
            if row["arm"] == arm and row["channel.held_out_accuracy"] is not None
        ]
        mean, low, high = mean_and_interval(values) if values else (None, None, None)
        met = None
        if low is not None:
            met = low > 0.5 if arm == "answers" else low <= 0.5
        findings.append(
            Finding(
                study,
                name,
                "r̂ orders unseen pairs as the raters did."
                if arm == "answers"
                else "Fitted to coins, r̂ predicts nothing.",
                mean,
                low,
                high,
                criterion,
                met,
                "shuffled answers" if arm == "answers" else "the control of predicts",
            ).as_row()
        )
    return findings
