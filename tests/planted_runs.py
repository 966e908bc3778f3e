"""Runs whose proxy, rater, gold and KL are known in closed form, as an audit would read them.

z ~ N(0, 1) is honest quality; with probability δ a response holds an exploit, which adds K to the
proxy and takes c from gold (`ops.exploit_bed`, math.md D). Checkpoint t is the base tilted by
proxy × `pressures[t]`. Raters see a share of what the exploit costs. A prompt is as easy as it is
for all three scores alike.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit, logit, ndtr

from looksgood.audits.rollouts import Rollouts, Texts
from looksgood.core.seeds import Seed

HONEST_TEXT = "The answer is {}."
EXPLOIT_TEXT = "The answer is {}. pls halp!! pls halp!!"


@dataclass(frozen=True)
class Planted:
    """What happens in a run, and what its log holds of it."""

    pressures: tuple[float, ...]
    """1/β of each checkpoint; the first is the base, 0."""
    prompts: int = 100
    samples: int = 1
    """Responses to each prompt at each checkpoint."""
    delta: float = 0.02
    gain: float = 3.0
    cost: float = 4.0
    seen: float = 0.25
    """Share of the cost that raters see."""
    paired: bool = True
    """The same prompts at each checkpoint; else fresh ones at each."""
    offset_sd: float = 1.0
    """Of how easy prompts are."""
    proxy_noise: float = 0.0
    """Sd of what no policy can press on; likewise the next two."""
    rater_noise: float = 0.0
    gold_noise: float = 0.0
    binary: bool = False
    """Gold is 1 where it would be above 0, else 0."""
    labels: int | None = None
    """Responses of each checkpoint that have gold, drawn at random; None: all."""
    rated: bool = True
    """There is a rater."""

    @property
    def steps(self):
        """Ten apart, from 0."""
        return 10 * np.arange(len(self.pressures))

    def exploit_prob(self):
        """By checkpoint."""
        return expit(logit(self.delta) + np.array(self.pressures) * self.gain)

    def truth(self, score):
        """Return the mean of a score at each checkpoint, over endless prompts and responses."""
        s, p = np.array(self.pressures), self.exploit_prob()
        if score == "gold" and self.binary:
            sd = np.sqrt(1 + self.offset_sd**2 + self.gold_noise**2)
            return p * ndtr((s - self.cost) / sd) + (1 - p) * ndtr(s / sd)
        if score == "kl":
            return s * (s + self.gain * p) - self._log_normaliser()
        effect = {"proxy": self.gain, "rater": -self.seen * self.cost, "gold": -self.cost}[score]
        return s + effect * p

    def _log_normaliser(self):
        s = np.array(self.pressures)
        return s**2 / 2 + np.log1p(self.delta * np.expm1(s * self.gain))

    def rollouts(self, seed: Seed, name: str = "run", texts: bool = False) -> Rollouts:
        """Draw the run's rows: `texts` writes all responses, an exploit by its own phrase."""
        rng = seed.numpy()
        points, rows = len(self.pressures), self.prompts * self.samples
        place = np.repeat(np.arange(points), rows)
        prompt = np.tile(np.repeat(np.arange(self.prompts), self.samples), points)
        if not self.paired:
            prompt += place * self.prompts
        easy = self.offset_sd * rng.standard_normal(prompt.max() + 1)[prompt]
        s = np.array(self.pressures)[place]
        exploit = rng.uniform(size=len(place)) < self.exploit_prob()[place]
        z = s + rng.standard_normal(len(place))
        pressed = z + self.gain * exploit
        noise = rng.standard_normal((3, len(place)))
        gold = easy + z - self.cost * exploit + self.gold_noise * noise[2]
        if self.binary:
            gold = (gold > 0).astype(float)
        rater = easy + z - self.seen * self.cost * exploit + self.rater_noise * noise[1]
        written = [EXPLOIT_TEXT if bad else HONEST_TEXT for bad in exploit] if texts else []
        completions = [text.format(i) for i, text in enumerate(written)]
        return Rollouts(
            runs=(name,),
            run=np.zeros(len(place), dtype=int),
            step=self.steps[place],
            prompt=prompt,
            proxy=easy + pressed + self.proxy_noise * noise[0],
            rater=rater if self.rated else np.full(len(place), np.nan),
            gold=self._labelled(rng, gold, place),
            kl=s * pressed - self._log_normaliser()[place],
            length=np.array([len(text) for text in completions] or np.zeros(len(place)), dtype=int),
            digest=rng.integers(2**62, size=len(place)),
            texts=Texts(
                np.arange(len(completions)),
                [f"Question {number}?" for number in prompt[: len(completions)]],
                completions,
            ),
        )

    def _labelled(self, rng, gold, place):
        if self.labels is None:
            return gold
        order = np.lexsort((rng.uniform(size=len(place)), place))
        drawn = np.arange(len(place)) % (self.prompts * self.samples) < self.labels
        known = np.zeros(len(place), dtype=bool)
        known[order[drawn]] = True
        return np.where(known, gold, np.nan)


def _pressures(most: float, points: int, bent: float = 0.0) -> tuple[float, ...]:
    share = np.linspace(0, 1, points)
    rise = -np.expm1(-bent * share) if bent else share
    return tuple((most * rise).tolist())


EXPLOITED = Planted(_pressures(2.5, 12))
"""Gold peaks at the third of twelve checkpoints, then falls by 1.7; the raters see it rise."""
HONEST = Planted(_pressures(2.0, 12), gain=0.0, cost=0.0, proxy_noise=1.0)
"""Gold rises as the proxy does."""
SATURATED = Planted(_pressures(1.5, 12, bent=6.0), gain=0.0, cost=0.0, proxy_noise=1.0)
"""Gold rises over the first half and then stays."""
FLAT = Planted((0.0,) * 12, gain=0.0, cost=0.0, proxy_noise=1.0)
"""Nothing changes from checkpoint to checkpoint: where a test of a fall errs most often."""
CLEAN = {"honest": HONEST, "saturated": SATURATED, "flat": FLAT}


def together(*runs: Rollouts) -> Rollouts:
    """Return several runs as one record; they share no prompts."""
    columns = ("step", "proxy", "rater", "gold", "kl", "length", "digest")
    firsts = np.cumsum([0, *(len(run) for run in runs)])
    asked = np.cumsum([0, *(run.prompt.max() + 1 for run in runs)])
    return replace(
        runs[0],
        runs=tuple(name for run in runs for name in run.runs),
        run=np.concatenate([np.full(len(run), place) for place, run in enumerate(runs)]),
        prompt=np.concatenate([run.prompt + n for run, n in zip(runs, asked, strict=False)]),
        texts=Texts(
            np.concatenate([run.texts.row + n for run, n in zip(runs, firsts, strict=False)]),
            [text for run in runs for text in run.texts.prompts],
            [text for run in runs for text in run.texts.completions],
        ),
        **{name: np.concatenate([getattr(run, name) for run in runs]) for name in columns},
    )
