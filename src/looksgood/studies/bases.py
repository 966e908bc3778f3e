"""Base models: pretrained once for every cell, arm and study that asks for the same."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from looksgood.core.seeds import Seed
from looksgood.core.spec import Spec, content_key
from looksgood.runs import Stages

if TYPE_CHECKING:
    from looksgood.core.protocols import World
    from looksgood.policies.pretrain import Tick


def base_key(world: Spec, policy: Any, seed: Seed) -> str:
    """Return what a base depends on: the settings of its world and its own, and a run's seed."""
    return content_key("base", world.key, policy.key, seed.path)


def base_folder(
    stages: Stages,
    world_spec: Spec,
    world: "World",
    policy: Any,
    seed: Seed,
    tick: "Tick | None" = None,
) -> Path:
    """Return the folder of a pretrained model of these settings; equal seeds read one corpus."""
    return stages.once(
        "base",
        base_key(world_spec, policy, seed),
        lambda path: policy.build(world, seed.child("policy"), tick).save(path),
    )
