"""The KL of best-of-n in closed form: exact where no two samples tie, otherwise an upper bound."""

import math


def best_of_n_kl_bound_nats(n: int) -> float:
    """Return log n − (n − 1)/n: the KL where no two samples tie, otherwise an upper bound.

    Source: Beirami et al. (2024), arXiv:2401.01879 Theorem 1.

    Raises:
        ValueError: n is below 1.
    """
    if n < 1:
        raise ValueError(f"n={n}: the best of none does not exist")
    return math.log(n) - (n - 1) / n
