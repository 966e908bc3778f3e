"""What is held fixed: values with group means, and what a few columns explain, taken out."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int


@dataclass(frozen=True, slots=True)
class Within:
    """Takes out group means, and beside them the least-squares fit on some columns."""

    group: Int[np.ndarray, " rows"]
    size: Int[np.ndarray, " groups"]
    basis: Float[np.ndarray, "rows levels"]
    """Orthonormal: what the columns add to the groups."""

    @classmethod
    def of(
        cls,
        group: Int[np.ndarray, " rows"],
        columns: Float[np.ndarray, "rows columns"] | None = None,
    ) -> "Within":
        """Prepare; a second grouping is held fixed by a column of 0 and 1 for each of its levels.

        Source: Frisch & Waugh (1933), Econometrica 1:387; Lovell (1963), JASA 58:993.
        """
        place = np.unique(group, return_inverse=True)[1]
        plain = cls(place, np.bincount(place), np.zeros((len(group), 0)))
        if columns is None or not columns.size:
            return plain
        left = np.stack([plain(column) for column in columns.T], axis=1)
        left /= np.maximum(np.abs(columns).max(axis=0), 1e-300)  # so that 1e-8 means the same
        vectors, values, _ = np.linalg.svd(left, full_matrices=False)
        return cls(place, plain.size, vectors[:, values > 1e-8 * len(group) ** 0.5])

    @property
    def left(self) -> float:
        """Share of the degrees of freedom that is left: of a variance without structure, too."""
        return 1 - (len(self.size) + self.basis.shape[1]) / max(len(self.group), 1)

    def __call__(self, values: Float[np.ndarray, " rows"]) -> Float[np.ndarray, " rows"]:
        """Return what is left of the values."""
        means = np.bincount(self.group, weights=values) / self.size
        left = values - means[self.group]
        return left - self.basis @ (self.basis.T @ left)
