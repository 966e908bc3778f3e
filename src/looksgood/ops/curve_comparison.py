"""Which form fits a curve best, and whether the data can tell."""

from dataclasses import dataclass

from looksgood.ops.curve_fit import CurveFit


@dataclass(frozen=True, slots=True)
class FormComparison:
    """Which form fits best, and whether the data can tell."""

    aic: dict[str, float]
    best: str
    lead: float
    """AIC of the next best form less that of the best; never negative."""
    needed: float

    @property
    def distinguishable(self) -> bool:
        """Whether the lead reaches what is needed."""
        return self.lead >= self.needed

    @property
    def words(self) -> str:
        """One line for a report."""
        if self.distinguishable:
            return f"{self.best} fits best (ΔAIC {self.lead:.1f})"
        return f"not distinguishable (ΔAIC {self.lead:.1f} < {self.needed:g})"


def compare_forms(*fits: CurveFit, needed: float = 4.0) -> FormComparison:
    """Compare fits of different forms to the *same* scores by Akaike's criterion.

    Below a difference of `needed` (4 by our rule) the forms are not distinguishable, and say so.

    Source: Akaike (1974); Burnham & Anderson (2002) §2.6: 4 to 7 is "considerably less" support.

    Raises:
        ValueError: fewer than two fits, the same form twice, or errors given to some fits only.
    """
    names = [fit.form for fit in fits]
    if len(fits) < 2 or len(set(names)) < len(names):
        raise ValueError(f"fits of {names}: two or more different forms are compared")
    if len({(f.residual_variance is None, f.d_min, f.d_max) for f in fits}) > 1:
        raise ValueError("fits differ in their data or errors: their AICs are not comparable")
    aic: dict[str, float] = {fit.form: fit.aic for fit in fits}
    best, second = sorted(aic, key=lambda form: aic[form])[:2]
    # two perfect fits (-inf each) are not told apart either
    lead = 0.0 if aic[second] == aic[best] else aic[second] - aic[best]
    return FormComparison(aic, best, lead, needed)
