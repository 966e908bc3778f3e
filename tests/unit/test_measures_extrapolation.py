"""What small n foretell of large n, against curves that are known."""

import numpy as np
import pytest
from scipy.optimize import isotonic_regression

from looksgood.core.seeds import Seed
from looksgood.measures.extrapolation import fit_best_of_n_form, foretelling_error, foretold

N = 2.0 ** np.arange(11)
D = np.sqrt(np.log(N) - (N - 1) / N)


def test_a_curve_of_that_form_is_found_again_and_foretold():
    gold = D * (0.6 - 0.15 * D)
    alpha, beta = fit_best_of_n_form(D[:7], gold[:7])
    assert alpha == pytest.approx(0.6)
    assert beta == pytest.approx(0.15)
    np.testing.assert_allclose(foretold(D, gold, 7)["best_of_n"], gold[7:], atol=1e-12)
    assert foretelling_error(D, gold, 7, "best_of_n") == pytest.approx(0, abs=1e-9)
    assert foretelling_error(D, gold, 7, "line") > 0.1
    assert foretelling_error(D, gold, 7, "isotonic") > 0.015


def test_many_curves_at_once_are_each_fitted_by_least_squares():
    scores = Seed(("curves",)).numpy().normal(size=(5, 11)) + D
    alpha, beta = fit_best_of_n_form(np.broadcast_to(D, (5, 11)), scores)
    for i in range(5):
        found = np.linalg.lstsq(np.stack([D, -(D**2)], 1), scores[i], rcond=None)[0]
        assert [alpha[i], beta[i]] == pytest.approx(found)
    level = foretold(D, scores, 7)["isotonic"]
    for i in range(5):
        assert level[i] == pytest.approx(isotonic_regression(scores[i, :7]).x[-1])


def test_a_score_that_was_never_gained_has_no_error():
    assert np.isnan(foretelling_error(D, -D, 7, "line"))
