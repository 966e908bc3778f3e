"""Whether an audit by pairs would notice that a gain in approval is not what it looks like.

An auditor judges n pairs, a response of the base and one of the trained policy to the same prompt,
each by yes or no. D = later verdict − earlier is −1, 0 or 1; its mean is the gain that the auditor
finds. The raters claim a larger one, and are asked so often that theirs is known. What is
*missing* is claimed − found; the audit notices if its mean of D is below the claim by a one-sided
test. A gain that is merely absent counts, not only a fall: where the base is wrong anyway,
responses that are approved of and still wrong make nobody's score fall.
"""

import numpy as np
from scipy import special

from looksgood.measures.ratio import ratio
from looksgood.measures.turning import Curves


def difference_sd(before: Curves, after: Curves, both: Curves) -> Curves:
    """Return the sd of D over prompts, responses and verdicts.

    `before` and `after` are the shares of yes, `both` that of two yes in a pair: as the responses
    of a pair are drawn apart, the mean over prompts of the product of each prompt's shares.
    """
    variance = before + after - 2 * both - (after - before) ** 2
    return np.asarray(np.sqrt(np.maximum(variance, 0.0)))


def chance_to_notice(pairs: int, missing: Curves, sd: Curves, alpha: float = 0.05) -> Curves:
    """Return the power of the one-sided test of level `alpha`: at 0 or less missing, no more."""
    return np.asarray(special.ndtr(ratio(missing, sd) * np.sqrt(pairs) - special.ndtri(1 - alpha)))
