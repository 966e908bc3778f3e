"""Whole episodes of many bodies side by side."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from looksgood.core.control import ControlWorld, Episodes
from looksgood.core.seeds import Seed

Act = Callable[
    [Float[np.ndarray, "bodies features"], Seed],
    Float[np.ndarray, "bodies motors"],
]


def run_episodes(world: ControlWorld, act: Act, bodies: int, seed: Seed) -> Episodes:
    """Run `bodies` fresh episodes to their end; `actions` are as given, cut only by the world.

    Raises:
        NotFinite: the simulation became unstable.
    """
    simulation = world.start(bodies, seed.child("start"))
    # copies: a simulation may well write into the same arrays at every step
    observations, states = [simulation.observations.copy()], [simulation.states.copy()]
    actions = []
    for t in range(world.steps):
        chosen = act(simulation.observations, seed.child("act", t))
        simulation.step(chosen)
        actions.append(chosen)
        observations.append(simulation.observations.copy())
        states.append(simulation.states.copy())
    return Episodes(np.stack(observations, 1), np.stack(states, 1), np.stack(actions, 1))


def shifted(act: Act, sd: float, motors: tuple[int, ...] | None, seed: Seed) -> Act:
    """Return `act` with one motor of each body shifted by an amount that stays all episode long.

    Noise that is drawn anew at every action averages out within a second; a shift takes a body
    somewhere else, and one motor at a time leaves the others where the policy has them. `sd` is
    that of the shift, in whole commands; what is shifted is what the motors would have done.
    `motors` are those that may be shifted, or any.
    """

    def moved(
        observations: Float[np.ndarray, "bodies features"], at: Seed
    ) -> Float[np.ndarray, "bodies motors"]:
        actions = np.clip(act(observations, at), -1, 1)
        bodies = len(actions)
        draw = seed.numpy()
        which = draw.choice(actions.shape[1] if motors is None else motors, size=bodies)
        shift = np.zeros(actions.shape, actions.dtype)
        shift[np.arange(bodies), which] = draw.normal(0, sd, bodies)
        return actions + shift

    return moved
