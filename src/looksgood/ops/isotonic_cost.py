"""What it costs a curve never to fall: the isotonic residual, point by point."""


class IsotonicCost:
    """Weighted squares that the nearest non-decreasing curve leaves, of the points so far (PAVA).

    Each point takes constant time on average: it is merged with the blocks before it that lie
    above it. Merging blocks of means a, b and weights u, v adds u v (a − b)²/(u + v) to the cost.

    Source: Barlow et al. (1972), Statistical Inference under Order Restrictions §1.2.
    """

    def __init__(self) -> None:
        self.cost = 0.0
        self._blocks: list[tuple[float, float]] = []

    def add(self, score: float, weight: float) -> float:
        """Take the next point; return the cost with it."""
        mean, total = score, weight
        while self._blocks and self._blocks[-1][0] >= mean:
            other, its_weight = self._blocks.pop()
            both = total + its_weight
            self.cost += total * its_weight * (mean - other) ** 2 / both
            mean, total = (mean * total + other * its_weight) / both, both
        self._blocks.append((mean, total))
        return self.cost
