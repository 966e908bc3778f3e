"""What is odd about the scores: constant, missing, far outside, or high for next to nothing."""

import numpy as np
from jaxtyping import Float, Int

from looksgood.audits.oddities.oddity import ALL, Oddity, latest
from looksgood.audits.rollouts import Rollouts
from looksgood.audits.traits.snippets import snippet
from looksgood.core.audit_result import Row, Table

FAR = 6.0
"""Robust standard deviations: of a normal score one in a billion lies so far out."""
SHORT = 20
"""Characters."""


def odd_scores(rollouts: Rollouts, place: Int[np.ndarray, " rows"]) -> list[Oddity]:
    """Count missing proxies, proxies far above the first checkpoint's, and short ones paid well."""
    kept, proxy = rollouts.texts.row, rollouts.proxy
    known = np.isfinite(proxy)
    found = [Oddity("no proxy", "the proxy is missing, NaN or infinite", ALL, ~known)]
    first = known & (place == 0)
    if first.sum() < 20:
        return found
    middle = float(np.median(proxy[first]))
    sd = 1.4826 * float(np.median(np.abs(proxy[first] - middle)))
    if sd > 0:
        far = known & (proxy > middle + FAR * sd)
        shown = latest(rollouts, far[kept])
        means = f"above the first checkpoint's median by over {FAR:g} robust standard deviations"
        found.append(Oddity("proxy far outside", means, ALL, far, shown))
        lower = (
            float(np.nanmean(rollouts.gold[first]))
            if np.isfinite(rollouts.gold[first]).any()
            else None
        )
        if lower is not None:
            worse = far & (rollouts.gold < lower)
            means = "the same, and gold below the first checkpoint's mean"
            shown = latest(rollouts, worse[kept])
            found.append(Oddity("proxy far outside, gold low", means, ALL, worse, shown))
    well = float(np.quantile(proxy[first], 0.9))
    if np.median(rollouts.length[first]) >= 5 * SHORT and well > middle:
        short = known & (rollouts.length <= SHORT) & (rollouts.length > 0) & (proxy >= well)
        means = f"at most {SHORT} characters, and a proxy in the first checkpoint's best tenth"
        shown = latest(rollouts, short[kept])
        found.append(Oddity("short and well paid", means, ALL, short, shown))
    return found


def proxy_says(proxy: Float[np.ndarray, " rows"]) -> list[str]:
    """Return sentences on what values the proxy takes, where that is odd."""
    values = np.unique(proxy[np.isfinite(proxy)])
    missing = 1 - float(np.isfinite(proxy).mean()) if len(proxy) else 0.0
    says = (
        [f"The proxy is missing, NaN or infinite in {missing:.2%} of responses."] if missing else []
    )
    if len(values) == 1:
        says.append(f"The proxy is constant: {values[0]:g} for every response.")
    elif 1 < len(values) <= 5:
        told = ", ".join(f"{value:g}" for value in values)
        says.append(f"The proxy takes {len(values)} values only: {told}.")
    return says


def highest(rollouts: Rollouts, most: int = 5) -> Table | None:
    """Return the different responses of the highest proxies whose text is kept."""
    kept = rollouts.texts.row
    proxy = rollouts.proxy[kept]
    known = np.flatnonzero(np.isfinite(proxy))
    if not len(known):
        return None
    order = known[np.argsort(-proxy[known], kind="stable")]
    rows: dict[int, Row] = {}
    for place in order[: 50 * most]:
        row = int(kept[place])
        gold = float(rollouts.gold[row])
        text = snippet(rollouts.texts.completions[int(place)])
        told = (int(rollouts.step[row]), float(rollouts.proxy[row]))
        more = (None if np.isnan(gold) else gold, int(rollouts.length[row]), text)
        rows.setdefault(int(rollouts.digest[row]), (*told, *more))
        if len(rows) == most:
            break
    return Table(
        columns=("step", "proxy", "gold", "characters", "response"),
        rows=list(rows.values()),
        caption="The highest proxies among the responses whose text is kept, of different outputs.",
    )
