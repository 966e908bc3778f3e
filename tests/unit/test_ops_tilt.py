"""Tilted policies: closed forms, optimality, the frontier and what lies off it."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.ops.gold_range import gold_range
from looksgood.ops.kl_frontier import gold_turn, kl_efficiency, tilt_of_kl, tilt_of_reward
from looksgood.ops.tilt import kl_of_log_ratio, tilted_policy
from looksgood.ops.tilt_samples import tilt_from_samples

worlds = st.lists(
    st.tuples(st.floats(0.05, 1), st.floats(-3, 3), st.floats(-3, 3)), min_size=3, max_size=7
).map(
    lambda rows: (
        np.array([w for w, _, _ in rows]) / sum(w for w, _, _ in rows),
        np.array([r for _, r, _ in rows]) + 0.1 * np.arange(len(rows)),
        np.array([g for _, _, g in rows]),
    )
)
strengths = st.floats(0.01, 5)


def kl(p, q):
    held = p > 0
    return float((p[held] * np.log(p[held] / q[held])).sum())


@given(worlds, strengths)
def test_it_is_its_definition(world, s):
    q, r, _ = world
    found = tilted_policy(q, r, s)
    z = float(q @ np.exp(s * r))
    np.testing.assert_allclose(found.probs, q * np.exp(s * r) / z, rtol=1e-12)
    assert found.log_z == pytest.approx(math.log(z), abs=1e-12)
    assert found.kl_nats == pytest.approx(kl(found.probs, q), abs=1e-13)
    assert found.kl_nats == pytest.approx(s * found.reward - found.log_z, abs=1e-12)


@given(worlds, strengths)
def test_its_covariance_is_the_derivative_of_gold(world, s):
    q, r, g = world
    up, down = (tilted_policy(q, r, s + h).mean(g) for h in (1e-5, -1e-5))
    slope = tilted_policy(q, r, s).covariance(g, r)
    assert slope == pytest.approx((up - down) / 2e-5, abs=1e-7)


@given(worlds, strengths, st.integers(0, 1000))
def test_no_policy_does_better_at_its_penalty(world, s, number):
    """E[r] − β KL is log Z β at π_β, and less by β KL(p ‖ π_β) anywhere else."""
    q, r, _ = world
    other = Seed(("other", number)).numpy().dirichlet(np.ones(len(q)))
    best = tilted_policy(q, r, s)
    value = float(other @ r) - kl(other, q) / s
    assert value == pytest.approx((best.log_z - kl(other, best.probs)) / s, abs=1e-8)
    assert value <= best.log_z / s + 1e-9


@pytest.mark.parametrize("s", [1e-9, 1e-6, 1e-3, 1.0, 30.0])
def test_the_kl_of_a_coin_keeps_its_digits(s):
    """A fair coin: log odds s, KL = s p − log((1 + e^s)/2); near 0, s²/8 − s⁴/64."""
    found = tilted_policy(np.array([0.5, 0.5]), np.array([0.0, 1.0]), s)
    p = 1 / (1 + math.exp(-s))
    exact = s**2 / 8 - s**4 / 64 if s < 0.01 else s * p - math.log((1 + math.exp(s)) / 2)
    assert found.kl_nats == pytest.approx(exact, rel=1e-9)


def test_extremes_neither_overflow_nor_vanish():
    q = np.array([1.0, 1e-300])
    found = tilted_policy(q, np.array([0.0, 1.0]), 1e3)
    assert found.kl_nats == pytest.approx(300 * math.log(10), rel=1e-12)
    assert found.reward == 1
    assert tilted_policy(q, np.array([0.0, 1.0]), 0.0).kl_nats == 0
    assert kl_of_log_ratio(np.array([0.5, 0.5]), np.array([-800.0, math.log(2)])) == pytest.approx(
        math.log(2)
    )


@settings(max_examples=15)
@given(worlds, st.floats(1e-6, 0.9))
def test_the_frontier_is_met_from_both_sides(world, share):
    q, r, _ = world
    most = -math.log(float(q[r == r.max()].sum()))
    found = tilt_of_kl(q, r, share * most)
    assert found.kl_nats == pytest.approx(share * most, rel=1e-9)
    back = tilt_of_reward(q, r, found.reward)
    assert back.kl_nats == pytest.approx(found.kl_nats, rel=1e-6)
    assert kl_efficiency(q, r, found.reward, 2 * back.kl_nats) == pytest.approx(0.5)
    assert kl_efficiency(q, r, found.reward, back.kl_nats) == 1


def test_best_of_n_is_just_off_the_frontier():
    """Best of 4 on 200 outcomes: nearly as good as the best policy of its KL, never better."""
    q, r = np.full(200, 1 / 200), np.sort(Seed(("bon",)).numpy().standard_normal(200))
    top = np.arange(1, 201) / 200
    best_of_4 = top**4 - (top - 1 / 200) ** 4
    efficiency = kl_efficiency(q, r, float(best_of_4 @ r), kl(best_of_4, q))
    assert 0.8 < efficiency < 1


def test_gold_turns_where_the_covariance_is_zero():
    """Two ways to please: honest (gold 1, reward 1), and rare exploit (gold −1, reward 3)."""
    q, r, g = np.array([0.6, 0.39, 0.01]), np.array([0.0, 1.0, 3.0]), np.array([0.0, 1.0, -1.0])
    turn = gold_turn(q, r, g, 5.0)
    assert turn is not None
    assert turn.covariance(g, r) == pytest.approx(0, abs=1e-12)
    near = [tilted_policy(q, r, turn.inverse_beta + h).mean(g) for h in (-0.01, 0.01)]
    assert turn.mean(g) > max(near)
    assert gold_turn(q, r, r, 5.0) is None
    assert gold_turn(q, r, -r, 5.0).inverse_beta == 0


@settings(max_examples=8)
@given(worlds, st.floats(0.1, 0.9), st.floats(0.05, 2))
def test_the_range_of_gold_is_the_convex_programme(world, place, extra):
    q, r, g = world
    mean = float(r.min() + place * (r.max() - r.min()))
    toward = tilt_of_reward(q, r, mean) if mean >= q @ r else tilt_of_reward(q, -r, -mean)
    epsilon = toward.kl_nats + extra
    found = gold_range(q, r, g, mean, epsilon)
    for sign, bound in ((1.0, found.high), (-1.0, found.low)):
        best = minimize(
            lambda p, sign=sign: -sign * float(p @ g),
            toward.probs,
            jac=lambda p, sign=sign: -sign * g,
            bounds=[(1e-12, 1)] * len(q),
            constraints=[
                {"type": "eq", "fun": lambda p: p.sum() - 1},
                {"type": "eq", "fun": lambda p: p @ r - mean},
                {"type": "ineq", "fun": lambda p: epsilon - kl(p, q)},
            ],
            method="SLSQP",
            options={"maxiter": 300, "ftol": 1e-12},
        )
        assert sign * bound >= -best.fun - 1e-6
        if best.success:
            assert sign * bound == pytest.approx(-best.fun, abs=2e-4)


@settings(max_examples=12)
@given(worlds, st.floats(0.05, 3))
def test_a_policys_own_gold_lies_within_its_range(world, s):
    q, r, g = world
    other = tilted_policy(q, r + 0.5 * g, s)
    mean, spent = other.mean(r), other.kl_nats
    if r.min() < mean < r.max() and spent > 1e-6:
        found = gold_range(q, r, g, mean, spent)
        assert found.low - 1e-9 <= other.mean(g) <= found.high + 1e-9
        # it is the extreme itself: it tilts by gold and proxy
        assert other.mean(g) == pytest.approx(found.high, abs=1e-6)


def test_without_room_or_without_limit():
    q, r, g = np.full(4, 0.25), np.array([0.0, 1, 2, 3]), np.array([0.0, 3, 1, 2])
    point = tilted_policy(q, r, 0.7)
    tight = gold_range(q, r, g, point.reward, point.kl_nats * (1 + 1e-9))
    assert tight.low == pytest.approx(point.mean(g), abs=1e-3)
    assert tight.high == pytest.approx(point.mean(g), abs=1e-3)
    # mean 1.5 with no limit: half outcome 1 (gold 3), half… the programme over mixtures, by hand:
    # best ¾ of 1 and ¼ of 3 → 3·¾ + 2·¼ = 2.75; worst ½ of 0 and ½ of 3 → 1, or ¼ of 0, ¾ of 2 → ¾
    free = gold_range(q, r, g, 1.5, 50.0)
    assert (free.low, free.high) == (pytest.approx(0.75), pytest.approx(2.75))


def test_samples_of_a_normal_base():
    """r ~ N(0, 1) tilts to N(s, 1): KL s²/2, gold r/2 + noise to s/2, within 4 of its errors."""
    rng = Seed(("normal base",)).numpy()
    reward, noise = rng.standard_normal((2, 20_000))
    gold = reward / 2 + noise
    for s in (0.25, 0.5, 1.0):
        found = tilt_from_samples(reward, gold, s)
        assert abs(found.kl_nats - s**2 / 2) < 4 * found.kl_se
        assert abs(found.reward - s) < 4 * found.reward_se
        assert abs(found.gold - s / 2) < 4 * found.gold_se
        assert found.covariance == pytest.approx(0.5, abs=0.1)
        # E₀w² = e^{s²}
        assert found.effective_samples == pytest.approx(20_000 * math.exp(-(s**2)), rel=0.1)


def test_standard_errors_are_those_of_samples_drawn_anew():
    rng = Seed(("anew",)).numpy()
    rows = []
    for _ in range(200):
        reward = rng.standard_normal(1000)
        rows.append(tilt_from_samples(reward, reward**2, 0.7))
    for name in ("kl", "reward", "gold"):
        value = "kl_nats" if name == "kl" else name
        seen = np.std([getattr(row, value) for row in rows])
        assert np.mean([getattr(row, f"{name}_se") for row in rows]) == pytest.approx(seen, rel=0.2)


Q, R = np.array([0.5, 0.3, 0.2]), np.array([0.0, 1.0, 2.0])


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: tilted_policy(Q * 2, R, 1.0), ValueError, "sum to 1"),
        (lambda: tilted_policy(Q, R * np.nan, 1.0), ValueError, "NaN"),
        (lambda: tilted_policy(Q, R, -1.0), ValueError, "not negative"),
        (lambda: tilted_policy(Q, R, math.inf), ValueError, "finite"),
        (lambda: tilt_from_samples(np.arange(200.0), np.arange(200.0), 1.0), TooFew, "effective"),
        (lambda: tilt_of_kl(Q, R, 1.7), ValueError, "below 1.60944 nats"),
        (lambda: tilt_of_kl(Q, R, -0.1), ValueError, "frontier runs"),
        (lambda: tilt_of_kl(Q, R * 0, 0.1), ValueError, "frontier runs"),
        (lambda: tilt_of_reward(Q, R, 2.0), ValueError, "below the greatest, 2"),
        (lambda: tilt_of_reward(Q, R, 0.1), ValueError, "from the base's 0.7"),
        (lambda: kl_efficiency(Q, R, 1.5, 0.01), ValueError, "under-measured"),
        (lambda: kl_efficiency(Q, R, 1.5, 0.0), ValueError, "above 0"),
        (lambda: gold_turn(Q, R, R, 0.0), ValueError, "above 0"),
        (lambda: gold_range(Q, R, R, 2.5, 1.0), ValueError, "strictly between"),
        (lambda: gold_range(Q, R, R, 1.9, 0.1), ValueError, "under-measured"),
        (lambda: gold_range(Q, R, R, 1.0, 0.0), ValueError, "above 0"),
    ],
)
def test_what_cannot_be_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()
