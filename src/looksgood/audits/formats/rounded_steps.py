"""Steps are whole numbers: what becomes of fractions, such as epochs of 0.25."""

from typing import TYPE_CHECKING

from looksgood.audits.arrow import compute
from looksgood.audits.notes import Notes
from looksgood.core.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

ENOUGH = 12
"""Steps: an audit gathers them into as many checkpoints at most."""


class RoundedSteps:
    """Rounds steps down, and knows whether that leaves too few of them."""

    def __init__(self) -> None:
        self._fractions = self._rows = 0
        self._exact: set[float] = set()
        self._whole: set[float] = set()

    def __call__(self, exact: "pa.Array") -> "pa.Array":
        """Return the steps as int64."""
        import pyarrow as pa

        pc = compute()
        floor = pc.floor(exact)
        self._rows += len(exact)
        self._fractions += pc.sum(pc.not_equal(floor, exact)).as_py() or 0
        if len(self._whole) < ENOUGH:
            self._exact.update(pc.unique(exact.drop_null()).to_pylist())
            self._whole.update(pc.unique(floor.drop_null()).to_pylist())
        return floor.cast(pa.int64())

    def tell(self, column: str, notes: Notes) -> None:
        """Note how many were fractions.

        Raises:
            DataError: too few steps are left of those that there were.
        """
        if not self._fractions:
            return
        if len(self._whole) < min(ENOUGH, len(self._exact)):
            raise DataError(
                f"step={column}: {self._fractions} of {self._rows} are fractions, and rounded down "
                f"only {len(self._whole)} of {len(self._exact)} steps are left: --map "
                f"step=1000*{column} keeps them apart"
            )
        notes.lines.append(f"step: {self._fractions} of {self._rows} are fractions: rounded down.")
