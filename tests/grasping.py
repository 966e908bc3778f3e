"""A hand that is told where the ball is: the positive control of the world `grasp`."""

import numpy as np

from looksgood.core.control import Episodes
from looksgood.core.seeds import Seed

SEED = Seed(("test", "grasp"))
OVER = np.array([0, 0, 0.07])
"""Palm minus ball in a perfect grasp."""


def reach(world, offset, bodies=16, seed=SEED, down=True, close=0.8):
    """Run episodes of a scripted hand: above where the ball lay, down, and then the fingers.

    `offset` is added to the goal, the palm 7 cm above the ball's first place; `down=False` goes
    there at once. Knows the state, so it can do what a policy has to learn.
    """
    simulation = world.start(bodies, seed)
    first = simulation.states
    goal = first[:, world.scene.ball] + OVER + offset
    observations, states, actions = [simulation.observations], [first], []
    for t in range(world.steps):
        now = simulation.states
        aim = goal.copy()
        if down and t < 25:
            aim[:, 2] = np.maximum(aim[:, 2], 0.2)
        force = 30 * (aim - now[:, world.scene.hand]) - now[:, world.scene.velocities[:3]]
        torque = np.full((bodies, 2), -0.6 if t < 45 else close)
        action = np.clip(np.hstack([force, torque]), -1, 1)
        simulation.step(action)
        observations.append(simulation.observations)
        states.append(simulation.states)
        actions.append(action)
    return Episodes(np.stack(observations, 1), np.stack(states, 1), np.stack(actions, 1))
