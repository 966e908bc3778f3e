"""The unit of every score: the base policy's mean is 0, its within-prompt sd is 1."""

from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor

from looksgood.core.errors import NotFinite
from looksgood.ops.within_prompt_sd import within_prompt_sd


@dataclass(frozen=True, slots=True)
class Scale:
    """Where a score's zero lies, and how large one unit is, in the score's own points."""

    mean: float
    sd: float

    @classmethod
    def of(cls, scores: Float[Tensor, " responses"], k: int) -> "Scale":
        """Return the scale on which `scores` (k responses per prompt, of the base) have sd 1.

        Where no response differs from its siblings the unit is one point: there is no other.

        Raises:
            NotFinite: a score is NaN or infinite.
        """
        table = scores.double().reshape(-1, k)
        sd = float(within_prompt_sd(table))
        if not sd >= 0 or sd == float("inf"):
            raise NotFinite("a score of the base's own responses is NaN or infinite")
        differ = sd > 1e-12 * float(table.abs().max())  # the mean of equals is rounded
        return cls(float(table.mean()), sd if differ else 1.0)

    def apply(self, scores: Float[Tensor, "..."]) -> Float[Tensor, "..."]:
        """Return `scores` in base units."""
        return (scores.double() - self.mean) / self.sd
