"""What each section is given: one run, its checkpoints, and the curves of its scores."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from looksgood.audits.rollouts import Rollouts
from looksgood.audits.subjects.checkpoints import Checkpoints
from looksgood.core.audit_result import NotMeasured
from looksgood.core.errors import TooFew
from looksgood.ops.curve import Curve
from looksgood.ops.ppi_curve import PPICurve


@dataclass(frozen=True, slots=True)
class Subject:
    """One run under audit.

    A log of scalars has curves and no rows: sections about responses then say that they need them.
    """

    name: str
    curves: Mapping[str, Curve]
    """By score (proxy, rater, gold, kl): those that the data have."""
    rollouts: Rollouts | None = None
    checkpoints: Checkpoints | None = None
    """Of the rows of `rollouts`. The x of each curve are among their steps."""
    paired: bool = False
    """Every prompt is seen at every checkpoint, so that prompts cannot explain a change.

    Rows of other prompts are then left out of `rollouts`.
    """
    x_label: str = "step"
    """What the checkpoints are numbered by: steps, rounds, or n of best-of-n."""
    ppi: PPICurve | None = None
    """Of gold, where few responses have it: how far `judge` was relied on at each checkpoint."""
    judge: str = ""
    """Which score that is: rater or proxy; empty where gold is of the labelled responses alone."""
    kl_means: str = ""
    """What the numbers of `kl` are, as far as the files tell (`audits.measured.kl_meaning`)."""
    not_measured: list[NotMeasured] = field(default_factory=list)

    def rows(self) -> tuple[Rollouts, Checkpoints]:
        """Return the responses and their checkpoints.

        Raises:
            TooFew: there are none, as in a log of means.
        """
        if self.rollouts is None or self.checkpoints is None or not len(self.rollouts):
            raise TooFew("it takes responses, and this is a log of means")
        return self.rollouts, self.checkpoints
