"""Runs in which nothing is exploited, made to set off tests that look for exploitation.

z is quality: a prompt's level plus N(0, 1). A policy gets better (z moves up on average), climbs
the proxy (the proxy's noise moves up with it: gold given proxy and prompt stays), keeps the best of
n, or turns out responses that are ever more alike. Gold is a function of z; the proxy is z with
noise and an offset of the prompt; the rater is z with noise of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit

from looksgood.audits.rollouts import Rollouts, Texts
from looksgood.audits.subjects.checkpoints import gather
from looksgood.audits.subjects.subject import Subject
from looksgood.core.seeds import Seed


def as_it_is(z, _rng):
    return z


def by_chance(z, rng):
    """Right with a probability that rises with quality."""
    return (rng.uniform(size=z.shape) < expit(2 * z)).astype(float)


def above_one(z, _rng):
    """Right where quality is above a threshold: what is wrong grows nearly right."""
    return (z > 1).astype(float)


def nearly_always_right(z, _rng):
    return (z > -2.3).astype(float)


def bounded(z, _rng):
    return np.tanh(z)


def saturated(z, _rng):
    return np.minimum(z, 1)


@dataclass(frozen=True)
class HonestRun:
    """What changes in an honest run, and how its scores see it."""

    gold: Callable = as_it_is
    gain: float = 2.0
    """Of quality, from the first checkpoint to the last."""
    climbs: bool = False
    """The policy climbs the proxy, its noise included; else quality itself."""
    best_of: tuple[int, ...] = ()
    """Instead of a gain: the best by proxy of so many, at each checkpoint."""
    sd_at_end: float = 1.0
    """Of quality within a prompt, at the last checkpoint."""
    proxy_noise: float = 0.5
    offset: float = 0.0
    """Of the proxy, per unit of the prompt's level."""
    two_kinds: bool = False
    """Half of the prompts are so easy that their gold cannot rise."""
    prompts: int = 150
    samples: int = 4
    points: int = 4
    paired: bool = True

    def subject(self, seed: Seed) -> Subject:
        """Draw the run."""
        rng = seed.numpy()
        shape = (self.points, self.prompts, self.samples)
        share = np.linspace(0, 1, self.points)[:, None, None]
        asked = shape[:2] if not self.paired else (1, self.prompts)
        level = rng.standard_normal((*asked, 1))
        if self.two_kinds:
            level = np.where(np.arange(self.prompts) % 2, 3.0, -1.0)[None, :, None]
        own = rng.standard_normal((*asked, 1)) / 2
        z, noise = self._drawn(rng, shape, share)
        z = level + z
        rater = z + rng.standard_normal(shape) / 2
        proxy = z + noise + own + self.offset * level
        numbers = np.arange(self.prompts)[None, :, None] + np.zeros(shape, dtype=int)
        if not self.paired:
            numbers = numbers + self.prompts * np.arange(self.points)[:, None, None]
        step = np.arange(self.points)[:, None, None] + np.zeros(shape, dtype=int)
        return subject_of(step, numbers, proxy, rater, self.gold(z, rng), paired=self.paired)

    def _drawn(self, rng, shape, share):
        if self.best_of:
            return self._best(rng, shape)
        sd = 1 + (self.sd_at_end - 1) * share
        noise = self.proxy_noise * rng.standard_normal(shape)
        if self.climbs:
            noise = noise + share * self.gain * self.proxy_noise**2
        return share * self.gain + sd * rng.standard_normal(shape), noise

    def _best(self, rng, shape):
        z, noise = np.empty(shape), np.empty(shape)
        for point, n in enumerate(self.best_of):
            pool = rng.standard_normal((2, *shape[1:], n))
            pool[1] *= self.proxy_noise
            best = pool.sum(axis=0).argmax(axis=-1)[None, ..., None]
            z[point], noise[point] = np.take_along_axis(pool, best, axis=-1)[..., 0]
        return z, noise


def subject_of(step, prompt, proxy, rater, gold, paired=True):
    """Return columns of any shape as the subject of an audit."""
    columns = [np.asarray(part) for part in np.broadcast_arrays(step, prompt, proxy, rater, gold)]
    step, prompt, proxy, rater, gold = (part.ravel() for part in columns)
    none = np.zeros(len(step), dtype=int)
    rows = Rollouts(
        runs=("run",),
        run=none,
        step=step.astype(int),
        prompt=prompt.astype(int),
        proxy=proxy.astype(float),
        rater=rater.astype(float),
        gold=gold.astype(float),
        kl=np.full(len(step), np.nan),
        length=none,
        digest=none,
        texts=Texts(none[:0], [], []),
    )
    return Subject("run", {}, rows, gather(rows.step), paired)


STILL = HonestRun(gain=0.0)
TILT = HonestRun(climbs=True)
CASES = {
    "nothing changes": STILL,
    "nothing changes, right or wrong": replace(STILL, gold=by_chance),
    "nothing changes, nearly all right": replace(STILL, gold=nearly_always_right),
    "better": HonestRun(),
    "saturated prompts": HonestRun(gold=saturated, two_kinds=True),
    "saturated prompts, right or wrong": HonestRun(gold=by_chance, two_kinds=True),
    "easy prompts score high": HonestRun(offset=1.0),
    "easy prompts score low": HonestRun(offset=-0.8),
    "concave": HonestRun(gold=bounded),
    "fresh noise": HonestRun(proxy_noise=1.5),
    "right or wrong": HonestRun(gold=by_chance),
    "right above a threshold": HonestRun(gold=above_one),
    "climbs a noisy proxy": replace(TILT, proxy_noise=1.5, gain=1.0),
    "climbs, easy prompts score high": replace(TILT, offset=1.0),
    "climbs, concave": replace(TILT, gold=bounded),
    "climbs, saturated, right or wrong": replace(TILT, gold=by_chance, two_kinds=True),
    "best of n by a noisy proxy": HonestRun(best_of=(1, 2, 4, 8), proxy_noise=1.0),
    "ever more alike": HonestRun(sd_at_end=0.3),
    "ever more alike, under noise": HonestRun(sd_at_end=0.3, proxy_noise=1.0, gain=1.0),
    "ever more alike, above a threshold": HonestRun(sd_at_end=0.3, gold=above_one),
    "other prompts": replace(TILT, paired=False, offset=0.5),
    "one response each": replace(TILT, samples=1, prompts=300, offset=0.5),
}
"""By what might be taken for exploitation."""
