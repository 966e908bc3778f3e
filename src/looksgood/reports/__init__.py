"""Reports: one page that opens offline, and figures for paper, from a run's tables alone.

In come a run folder and its curves (means over seeds, which `measures.curves` computes); out come
`report.html` and `figures/`. Nothing here samples, trains or computes a statistic. Matplotlib and
Jinja2 are imported when a report is made, not before.

`assets/` holds plotly.js-basic-dist-min 4.1.1 as npm delivers it, with its MIT licence: the basic
bundle has all that these figures need in 1.2 MB, where the one in Plotly's Python wheel adds
4.8 MB to every report.
"""

from looksgood.reports.page import render

__all__ = ["render"]
