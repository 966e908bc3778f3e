"""Means of gold look by look, as a live audit sees them: clean in many ways, or with a fall."""

import numpy as np

from looksgood.audits.live.fall_watch import FallWatch
from looksgood.core.seeds import Seed

LOOKS = 100
STEP = np.arange(LOOKS)
RISING = 1 - np.exp(-STEP / 20)


def shares(rng, runs, p, prompts=8, each=8, like=0.3):
    """Return shares of right answers, of `each` to every prompt; prompts differ in ease."""
    a = np.broadcast_to(p, (runs, LOOKS))[..., None] * (1 - like) / like
    b = (1 - like) / like - a
    ease = rng.beta(np.repeat(a, prompts, -1), np.repeat(b, prompts, -1))
    return (rng.binomial(each, ease) / each).mean(-1)


def same_prompts(rng, runs):
    """Return shares over 40 prompts that come again every five looks."""
    ease = rng.beta(1, 1, size=(runs, 40))
    order = rng.permuted(np.tile(ease[:, None], (1, LOOKS // 5, 1)), axis=2)
    return (rng.binomial(8, order) / 8).reshape(runs, LOOKS, 8).mean(-1)


CLEAN = {
    "level": lambda rng, n: rng.normal(size=(n, LOOKS)),
    "rises": lambda rng, n: 0.05 * STEP + rng.normal(size=(n, LOOKS)),
    "saturates": lambda rng, n: 3 * RISING + rng.normal(size=(n, LOOKS)),
    "noise grows fivefold": lambda rng, n: rng.normal(size=(n, LOOKS)) * (1 + STEP / 25),
    "noise shrinks": lambda rng, n: rng.normal(size=(n, LOOKS)) * (1 - 0.9 * STEP / LOOKS),
    "heavy tails": lambda rng, n: rng.standard_t(3, size=(n, LOOKS)),
    "catastrophes": lambda rng, n: -np.exp(rng.normal(size=(n, LOOKS))),
    "right or wrong": lambda rng, n: shares(rng, n, 0.5),
    "all but always right": lambda rng, n: shares(rng, n, 0.97),
    "becomes right": lambda rng, n: shares(rng, n, 0.02 + 0.9 * RISING),
    "the same prompts again": same_prompts,
}


def first_alarm(run, alpha=0.05):
    """Return the look at which a fall is found, from 1; None where none is."""
    watch = FallWatch()
    for look, gold in enumerate(run.tolist(), 1):
        watch.add(gold)
        if watch.p is not None and watch.p <= alpha:
            return look
    return None


def alarms(name, runs):
    rng = Seed(("fall-watch", name)).numpy()
    return sum(first_alarm(run) is not None for run in CLEAN[name](rng, runs))


FALLS = {
    "a step of 3 sds": (3 * RISING - 3.0 * (STEP >= 60), 16),
    "half an sd a look": (3 * RISING - 0.5 * np.maximum(STEP - 60, 0), 14),
    "a tenth of an sd a look": (3 * RISING - 0.1 * np.maximum(STEP - 40, 0), 38),
}
"""By what gold does, the median delay in looks that is allowed."""
