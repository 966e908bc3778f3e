"""The binary KL and its inversions, against 100 and more digits and against published numbers."""

import math

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from looksgood.ops.binary_kl import (
    binary_kl_nats,
    max_event_probability,
    max_event_probability_reverse,
    min_event_probability,
    min_event_probability_reverse,
    vacuous_from_nats,
)
from looksgood.ops.probability import Probability

shares = st.floats(0, 1)
inner = st.floats(1e-12, 1 - 1e-12)
nats = st.floats(0, 1000)
log_rates = st.floats(-5000, -1e-9)


def kl_exact(p, q):
    """Kl(p‖q) of two floats, with digits enough for the smallest of them."""
    with mpmath.workdps(400):
        p, q = mpmath.mpf(p), mpmath.mpf(q)
        other = (1 - p) * mpmath.log((1 - p) / (1 - q)) if p < 1 else 0
        return (p * mpmath.log(p / q) if p > 0 else 0) + other


def inverted_exactly(log_q, eps, *, reverse=False):
    """Return p_max and 1 − p_max by bisection of the log-odds, with all digits it takes."""
    digits = 60 + int(-log_q / 2.3) + (int(eps / -math.expm1(log_q) / 2.3) if reverse else 0)
    with mpmath.workdps(digits):
        q = mpmath.exp(mpmath.mpf(log_q))
        start, log_q, log_not = mpmath.log(q / (1 - q)), mpmath.log(q), mpmath.log(1 - q)

        def excess(shift):
            log_p = -mpmath.log(1 + mpmath.exp(-start - shift))
            log_r = -mpmath.log(1 + mpmath.exp(start + shift))
            if reverse:
                return q * (log_q - log_p) + (1 - q) * (log_not - log_r) - eps
            p, r = mpmath.exp(log_p), mpmath.exp(log_r)
            return p * (log_p - log_q) + r * (log_r - log_not) - eps

        low, high = mpmath.mpf(10) ** -60, mpmath.mpf(1)
        while excess(high) < 0:
            high *= 2
        while high - low > low * mpmath.mpf(10) ** -18:
            middle = mpmath.sqrt(low * high)
            low, high = (middle, high) if excess(middle) < 0 else (low, middle)
        return 1 / (1 + mpmath.exp(-start - low)), 1 / (1 + mpmath.exp(start + low))


def agree(found, exact):
    """Both sides of a probability and both logarithms agree to 1e-11 wherever floats reach."""
    p, not_p = exact
    with mpmath.workdps(30):
        for got, wanted in ((found.p, p), (found.not_p, not_p)):
            if wanted > 1e-300:
                assert abs(got / wanted - 1) < 1e-11
        for got, own, other in ((found.log_p, p, not_p), (found.log_not_p, not_p, p)):
            log = mpmath.log1p(-other) if other < 0.1 else mpmath.log(own)
            assert abs(got - log) < 1e-11 * abs(log) + 1e-300


@given(shares, shares)
def test_the_binary_kl_keeps_its_digits(p, q):
    if q in (0, 1):
        assert binary_kl_nats(p, q) == (0 if p == q else math.inf)
        return
    exact = kl_exact(p, q)
    assert abs(binary_kl_nats(p, q) - exact) <= 1e-12 * exact + 1e-300


@pytest.mark.parametrize("q", [1e-200, 1e-9, 0.3, 0.5, 1 - 1e-9])
@pytest.mark.parametrize("away", [1e-14, 1e-8, 1e-3])
def test_close_rates_do_not_cancel(q, away):
    p = q * (1 - away)
    assert p != q
    exact = kl_exact(p, q)
    assert abs(binary_kl_nats(p, q) / exact - 1) < 1e-12


LOG_RATES = [-1e-12, -1e-6, -1e-2, -0.3, -math.log(2), -1.0, -14.0, -100.0, -690.7755, -1000.0]


@pytest.mark.parametrize("log_q", LOG_RATES)
@pytest.mark.parametrize("eps", [1e-14, 0.1, 1.0, 13.9, 690.7754, 999.9])
def test_p_max_has_all_its_digits(log_q, eps):
    found = max_event_probability(Probability.from_log(log_q), eps)
    if eps >= -log_q:
        assert (found.p, found.not_p, found.log_p, found.log_not_p) == (1, 0, 0, -math.inf)
    else:
        agree(found, inverted_exactly(log_q, eps))


@pytest.mark.parametrize("log_q", [-1e-2, -0.3, -14.0, -100.0])
@pytest.mark.parametrize("eps", [1e-14, 1e-3, 1.0, 5.0])
def test_the_other_direction_has_all_its_digits(log_q, eps):
    found = max_event_probability_reverse(Probability.from_log(log_q), eps)
    agree(found, inverted_exactly(log_q, eps, reverse=True))


@pytest.mark.parametrize(
    ("eps", "by_rate"),
    [
        (0.1, [0.081, 0.023, 0.012, 0.0068]),
        (1, [0.36, 0.155, 0.095, 0.059]),
        (5, [1, 0.62, 0.41, 0.27]),
        (10, [1, 1, 0.76, 0.52]),
        (20, [1, 1, 1, 0.97]),
    ],
)
def test_the_table_of_what_a_kl_allows(eps, by_rate):
    for q, expected in zip((1e-2, 1e-4, 1e-6, 1e-9), by_rate, strict=True):
        digits = 4 if expected < 0.01 else 3 if expected < 0.2 else 2
        assert round(max_event_probability(q, eps).p, digits) == expected


def test_one_percent_from_one_nat_takes_a_rate_of_1e_46():
    assert max_event_probability(1e-45, 1.0).p > 0.01 > max_event_probability(1e-46, 1.0).p


@given(inner, st.floats(1e-12, 1000))
def test_p_max_and_p_min_cost_just_the_kl(q, eps):
    high, low = max_event_probability(q, eps), min_event_probability(q, eps)
    assert low.p <= q <= high.p
    if high.p < 1:
        assert binary_kl_nats(high, q) == pytest.approx(eps, rel=1e-7)
    else:
        assert eps >= -math.log(q) - 1e-9
    if low.p > 0:
        assert binary_kl_nats(low, q) == pytest.approx(eps, rel=1e-7)
    else:
        assert eps >= -math.log1p(-q) - 1e-9


@given(log_rates, nats, nats)
def test_more_kl_allows_more(log_q, eps, more):
    q = Probability.from_log(log_q)
    near, far = max_event_probability(q, eps), max_event_probability(q, eps + more)
    assert near.p <= far.p * (1 + 1e-12)
    assert near.log_p <= far.log_p + 1e-12 * abs(far.log_p)
    assert far.not_p <= near.not_p * (1 + 1e-12)


@given(log_rates, nats)
def test_looser_closed_forms_are_looser(log_q, eps):
    q = Probability.from_log(log_q)
    p = max_event_probability(q, eps).p
    assert p <= (eps + math.log(2)) / -log_q + 1e-9  # Fano
    assert p - q.p <= math.sqrt(eps / 2) * (1 + 1e-9)  # Pinsker


@given(shares)
def test_no_kl_allows_no_change(q):
    for bound in (
        max_event_probability,
        min_event_probability,
        max_event_probability_reverse,
        min_event_probability_reverse,
    ):
        assert bound(q, 0.0).p == q


@given(log_rates)
def test_the_bound_is_vacuous_from_minus_log_q_on(log_q):
    q = Probability.from_log(log_q)
    edge = vacuous_from_nats(q)
    assert edge == -log_q
    assert max_event_probability(q, edge).p == 1
    below = max_event_probability(q, edge * (1 - 1e-9))
    assert 0 < below.not_p < 1e-6
    assert min_event_probability(q.complement(), edge).p == 0


def test_one_minus_p_max_is_a_number_of_its_own():
    just_below = max_event_probability(0.5, math.log(2) * (1 - 1e-15))
    assert 0 < just_below.not_p < 1e-15
    tail = max_event_probability_reverse(0.5, 1000.0)
    assert tail.p == 1
    assert tail.not_p == 0
    assert tail.log_not_p == pytest.approx(-2000 + math.log(0.25), rel=1e-12)


@pytest.mark.parametrize("eps", [0.0, 0.7, 1000.0])
def test_what_the_base_never_does(eps):
    assert max_event_probability(0.0, eps).p == 0
    reverse = max_event_probability_reverse(0.0, eps)
    assert reverse.p == pytest.approx(-math.expm1(-eps), rel=1e-15)
    assert reverse.not_p == pytest.approx(math.exp(-eps), rel=1e-15)
    assert min_event_probability(1.0, eps).p == 1
    assert min_event_probability_reverse(1.0, eps).p == pytest.approx(math.exp(-eps))


def test_an_infinite_kl_forbids_nothing():
    for q in (0.0, 0.3, 1.0):
        assert max_event_probability(q, math.inf).p == 1
        assert max_event_probability_reverse(q, math.inf).p == 1
        assert min_event_probability(q, math.inf).p == 0


@pytest.mark.parametrize("log_q", [-600.0, -700.0, -1000.0, -1e5])
def test_the_other_direction_at_rates_that_underflow(log_q):
    q = Probability.from_log(log_q)
    high, low = (f(q, 3.0) for f in (max_event_probability_reverse, min_event_probability_reverse))
    assert high.p == pytest.approx(-math.expm1(-3), rel=1e-12)
    assert low.p == 0


@given(inner, st.floats(1e-6, 30))
def test_the_other_direction_costs_just_its_kl(q, eps):
    high, low = max_event_probability_reverse(q, eps), min_event_probability_reverse(q, eps)
    assert low.p < q < high.p or eps < 1e-3
    assert binary_kl_nats(q, high) == pytest.approx(eps, rel=1e-7)
    assert binary_kl_nats(q, low) == pytest.approx(eps, rel=1e-7)


@pytest.mark.parametrize("q", [-1e-9, 1.0000001, math.nan, math.inf])
def test_what_is_no_rate_is_refused(q):
    with pytest.raises(ValueError, match=r"within \[0, 1\]"):
        max_event_probability(q, 1.0)
    with pytest.raises(ValueError, match=r"q = .* is not a probability"):
        binary_kl_nats(0.5, q)


@pytest.mark.parametrize("eps", [-1e-9, -math.inf, math.nan])
@pytest.mark.parametrize("bound", [max_event_probability, min_event_probability_reverse])
def test_what_is_no_divergence_is_refused(bound, eps):
    with pytest.raises(ValueError, match="never negative"):
        bound(0.5, eps)


@pytest.mark.parametrize("log_p", [1e-9, math.nan, math.inf])
def test_what_is_no_log_probability_is_refused(log_p):
    with pytest.raises(ValueError, match="at most 0"):
        Probability.from_log(log_p)


@given(st.floats(-1e5, 0))
def test_a_probability_agrees_with_itself(log_p):
    made = Probability.from_log(log_p)
    with mpmath.workdps(50):
        p = mpmath.exp(mpmath.mpf(log_p))
        assert abs(made.p - p) <= 1e-15 * p + 1e-320
        assert abs(made.not_p + mpmath.expm1(log_p)) <= 1e-15
        if 0 < p < 1 and log_p > -700:
            log_not = mpmath.log(-mpmath.expm1(mpmath.mpf(log_p)))
            assert abs(made.log_not_p - log_not) <= 1e-14 * abs(log_not)
    assert made.complement().complement() == made


@given(inner, st.floats(-40, 40))
def test_shifted_log_odds(q, shift):
    moved = Probability.of(q).shifted(shift)
    odds = math.log(q) - math.log1p(-q) + shift
    assert moved.log_p - moved.log_not_p == pytest.approx(odds, abs=1e-9)
    assert moved.p + moved.not_p == pytest.approx(1, abs=1e-14)
