"""Tail indices on tails of known weight; best-of-n with heavy errors; the bed in closed form."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import stdtr
from scipy.stats import genpareto

from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.ops.exploit_bed import ExploitBed
from looksgood.ops.heavy_tail_best_of_n import best_of_n_true_value
from looksgood.ops.tail_index import gpd_tail_index, hill_tail_index
from looksgood.ops.tilt import tilted_policy

# facts.md §4, "Unit test [D]": E[V] of the best of n by U = V + X
NS = (4, 16, 64, 256, 1024, 4096, 16384)
KWA = {
    (math.inf, 1.0): (0.728, 1.249, 1.657, 1.999, 2.297, 2.564, 2.808),
    (3.0, 1 / math.sqrt(3)): (0.795, 1.240, 1.319, 1.044, 0.648, 0.387, 0.239),
    (2.0, 1.0): (0.556, 0.688, 0.467, 0.238, 0.118, 0.059, 0.029),
}


@pytest.mark.parametrize(("error", "expected"), KWA.items())
def test_the_heavy_tail_table_to_its_digits(error, expected):
    found = [best_of_n_true_value(n, *error) for n in NS]
    np.testing.assert_allclose(found, expected, rtol=0, atol=5.1e-4)


def test_normal_errors_halve_the_variance():
    """U has sd √2 and E[V | U] = U/2: E[V] = E[max of n]/√2; of 2, 1/√(2π); of 3, 3/(2√(2π))."""
    for n, greatest in ((1, 0.0), (2, 1 / math.sqrt(math.pi)), (3, 1.5 / math.sqrt(math.pi))):
        found = best_of_n_true_value(n, math.inf)
        assert found == pytest.approx(greatest / math.sqrt(2), abs=1e-11)


def test_a_pair_with_any_error_by_another_integral():
    """E[V of the best of 2] = ∫∫ v φ(v) f(x) 2 F(v + x) dv dx, summed over v and x, not over u."""
    v = np.linspace(-8, 8, 81)
    phi = np.exp(-(v**2) / 2) / math.sqrt(2 * math.pi) * 0.2
    s = np.linspace(-12, 12, 601)
    x, dx = np.sinh(s), np.cosh(s) * 0.04
    density = 2 / (math.pi * math.sqrt(3) * (1 + x**2 / 3) ** 2) * dx
    u = v[:, None] + x[None]
    below = sum(w * stdtr(3.0, u - at) for at, w in zip(v, phi, strict=True))
    expected = float((v * phi) @ (2 * below) @ density)
    assert best_of_n_true_value(2, 3.0) == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("xi", [-0.3, 0.0, 0.5])
@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_the_pareto_fit_is_scipys(xi, scale):
    excess = scale * genpareto.rvs(xi, size=400, random_state=Seed(("gpd",)).numpy())
    values = np.concatenate([np.zeros(601), excess])
    found = gpd_tail_index(values, 400)
    assert found.threshold == 0
    c, _, sigma = genpareto.fit(excess / scale, floc=0)
    ours = genpareto.logpdf(excess / scale, found.xi, scale=found.scale / scale).sum()
    assert ours >= genpareto.logpdf(excess / scale, c, scale=sigma).sum() - 1e-9
    assert found.xi == pytest.approx(c, abs=1e-3)
    assert found.scale / scale == pytest.approx(sigma, rel=1e-3)
    assert abs(found.xi - xi) < 3.5 * found.se


@settings(max_examples=8)
@given(st.floats(0.1, 100), st.floats(-100, 100))
def test_the_pareto_fit_knows_no_zero_and_no_unit(scale, shift):
    values = Seed(("unit",)).numpy().standard_t(3, size=400)
    one, moved = gpd_tail_index(values, 60), gpd_tail_index(shift + scale * values, 60)
    assert moved.xi == pytest.approx(one.xi, abs=1e-6)
    assert moved.scale == pytest.approx(scale * one.scale, rel=1e-6)


@pytest.mark.parametrize("i", range(5))
def test_a_tail_that_ends_abruptly_is_refused_without_a_warning(i):
    """Where ξ nears −1 the likelihood has no bound: the search must not subtract infinities."""
    values = np.concatenate([np.zeros(300), Seed(("abrupt", i)).numpy().beta(1, 0.7, 40)])
    with pytest.raises(ValueError, match="so abruptly"):
        gpd_tail_index(values, 40)


def test_hill_by_hand():
    values = np.concatenate([np.full(5, 1.0), np.exp(np.arange(1.0, 11.0))])
    found = hill_tail_index(values, 10)
    assert (found.xi, found.se) == (pytest.approx(5.5), pytest.approx(5.5 / math.sqrt(10)))
    assert hill_tail_index(7 * values, 10).xi == pytest.approx(5.5)


def test_a_pareto_tail_is_found_and_a_normal_one_is_not_heavy():
    rng = Seed(("tails",)).numpy()
    pareto = rng.pareto(2.0, size=20_000) + 1
    low, high = hill_tail_index(pareto, 2000).interval()
    assert low < 0.5 < high
    assert gpd_tail_index(pareto, 1000).interval()[0] > 0
    assert gpd_tail_index(rng.standard_normal(20_000), 1000).interval()[0] < 0


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: hill_tail_index(np.arange(20.0), 5), TooFew, "10 or more"),
        (lambda: gpd_tail_index(np.arange(20.0), 20), TooFew, "more values yet"),
        (lambda: hill_tail_index(np.arange(-30.0, 0), 10), ValueError, "above 0"),
        (lambda: hill_tail_index(np.ones(30), 10), ValueError, "no tail"),
        (lambda: gpd_tail_index(np.ones(30), 10), ValueError, "no tail"),
        (lambda: gpd_tail_index(np.array([np.nan] * 30), 10), ValueError, "30 NaN"),
        (lambda: gpd_tail_index(np.linspace(0, 1, 300), 200), ValueError, "so abruptly"),
        (lambda: best_of_n_true_value(0, 3.0), ValueError, "n=0"),
        (lambda: best_of_n_true_value(4, 1.0), ValueError, "df above 1"),
        (lambda: best_of_n_true_value(4, 3.0, 0.01), ValueError, "scale from"),
        (lambda: ExploitBed(0.0, 1.0, 1.0), ValueError, "strictly between"),
        (lambda: ExploitBed(0.1, -1.0, 1.0), ValueError, "not negative"),
        (lambda: ExploitBed(0.1, 1.0, 1.0).tilted(-1.0), ValueError, "not negative"),
        (lambda: ExploitBed(0.1, 1.0, 1.0).best_of_n(0), ValueError, "n=0"),
    ],
)
def test_what_cannot_be_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()


beds = st.builds(ExploitBed, st.floats(1e-6, 0.5), st.floats(0.1, 8), st.floats(0, 8))


def on_a_grid(bed):
    """The bed as a finite support: z in steps of 0.05, exploit or not."""
    z = np.arange(-9, 12.001, 0.05)
    base = np.exp(-(z**2) / 2)
    base /= base.sum()
    probs = np.concatenate([(1 - bed.delta) * base, bed.delta * base])
    exploit = np.repeat([0.0, 1.0], len(z))
    z = np.tile(z, 2)
    return probs / probs.sum(), z + bed.gain * exploit, z - bed.cost * exploit, exploit


@given(beds, st.floats(0, 3))
def test_the_tilted_bed_is_the_tilted_grid(bed, s):
    probs, proxy, gold, exploit = on_a_grid(bed)
    tilted, point = tilted_policy(probs, proxy, s), bed.tilted(s)
    assert point.kl_nats == pytest.approx(tilted.kl_nats, abs=1e-10)
    assert point.proxy == pytest.approx(tilted.reward, abs=1e-10)
    assert point.gold == pytest.approx(tilted.mean(gold), abs=1e-10)
    assert point.exploit_prob == pytest.approx(tilted.mean(exploit), abs=1e-10)
    # dgold/ds = 1 − cKp(1 − p)
    p = point.exploit_prob
    assert tilted.covariance(gold, proxy) == pytest.approx(
        1 - bed.cost * bed.gain * p * (1 - p), abs=1e-9
    )


def test_gold_of_the_bed_turns_where_it_says():
    bed = ExploitBed(0.001, 4.0, 3.0)
    peak, trough = bed.turn()
    golds = [bed.tilted(s).gold for s in (peak - 0.01, peak, peak + 0.01)]
    assert golds[1] > max(golds[0], golds[2])
    golds = [bed.tilted(s).gold for s in (trough - 0.01, trough, trough + 0.01)]
    assert golds[1] < min(golds[0], golds[2])
    assert ExploitBed(0.001, 2.0, 1.9).turn() is None  # cK < 4
    assert ExploitBed(0.999, 4.0, 3.0).turn() is None  # the base exploits already
    assert ExploitBed(0.4, 4.0, 3.0).turn()[0] == 0


def test_small_tilts_of_the_bed_keep_their_digits():
    """KL is Var(proxy) s²/2 + third cumulant s³/3 + …."""
    bed, s = ExploitBed(0.2, 2.0, 1.0), 1e-5
    v = 0.2 * 0.8
    expected = s**2 / 2 * (1 + 4 * v) + s**3 / 3 * 8 * v * 0.6
    assert bed.tilted(s).kl_nats == pytest.approx(expected, rel=1e-9)
    assert bed.tilted(0.0).kl_nats == 0
    assert bed.tilted(1000.0).exploit_prob == 1


@settings(max_examples=10)
@given(beds, st.sampled_from([1, 2, 7, 64, 1000]))
def test_best_of_n_of_the_bed(bed, n):
    """Against the discrete best-of-n on a fine grid, whose ties cost a little."""
    point = bed.best_of_n(n)
    assert point.kl_nats == pytest.approx(math.log(n) - (n - 1) / n)
    assert point.gold == pytest.approx(point.proxy - (bed.gain + bed.cost) * point.exploit_prob)
    assert point.exploit_prob <= -math.expm1(n * math.log1p(-bed.delta)) + 1e-12
    if n == 1:
        assert point.exploit_prob == pytest.approx(bed.delta, rel=1e-10)
        assert point.proxy == pytest.approx(bed.gain * bed.delta, abs=1e-10)


def test_best_of_n_of_the_bed_by_simulation():
    bed, n = ExploitBed(0.02, 3.0, 2.0), 16
    rng = Seed(("bed",)).numpy()
    z, exploit = rng.standard_normal((40_000, n)), rng.random((40_000, n)) < bed.delta
    best = (z + bed.gain * exploit).argmax(axis=1)[:, None]
    z, exploit = (np.take_along_axis(a, best, 1)[:, 0] for a in (z, exploit))
    point = bed.best_of_n(n)
    gold = z - bed.cost * exploit
    assert point.exploit_prob == pytest.approx(exploit.mean(), abs=4 * exploit.std() / 200)
    assert point.gold == pytest.approx(gold.mean(), abs=4 * gold.std() / 200)


def test_best_of_n_without_exploit_gain_is_normal():
    """K = 0: E max of 2 and 3 normals, exploits at the base rate."""
    bed = ExploitBed(0.3, 0.0, 1.0)
    assert bed.best_of_n(2).proxy == pytest.approx(1 / math.sqrt(math.pi), abs=1e-11)
    assert bed.best_of_n(3).gold == pytest.approx(1.5 / math.sqrt(math.pi) - 0.3, abs=1e-11)
