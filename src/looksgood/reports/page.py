"""One HTML file that opens offline: words and tables by Jinja2, figures by Plotly, all inlined.

The page holds what models wrote, so nothing in it is trusted: Jinja2 escapes every text, data is
JSON in which `<` cannot occur, the scripts set text and never markup, and the page's own
Content-Security-Policy lets no script run but those whose hash it names, and nothing load.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from looksgood.reports import lines as chosen
from looksgood.reports.content import content
from looksgood.reports.figures import draw
from looksgood.reports.palette import (
    GAPS,
    PLOTLY_MARKERS,
    SCORES,
    arm_order,
    arm_styles,
    level_label,
    optimizer_label,
)
from looksgood.reports.samples import shown_samples
from looksgood.runs import RunFolder, write_atomically
from looksgood.runs.strict import dumps

Row = Mapping[str, Any]

_SCRIPTS = ("assets/plotly-basic-4.1.1.min.js", "templates/figures.js", "templates/samples.js")
_OWN_SEED = ("seed", "d", "kl", "proxy", "rater", "gold", "gap_1", "gap_2")


def render(run: RunFolder, curves: Sequence[Row]) -> Path:
    """Write `figures/*.png`, `figures/*.svg` and `report.html` into the run; return the page.

    `curves` are the run's points averaged over seeds, as `measures.curves.curves` returns them:
    reports compute nothing. Equal tables give an equal page.

    Raises:
        DataError: findings.json or samples.parquet is damaged.
        LooksgoodError: the disk is full; a former report stays.
    """
    figures = draw(run.path / "figures", curves)
    page = run.path / "report.html"
    write_atomically(page, html(run, curves, figures).encode("utf-8", "replace"))
    return page


def html(run: RunFolder, curves: Sequence[Row], figures: Mapping[str, Path]) -> str:
    """Return the page as text; `figures` are the SVGs by name."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    has_samples = (run.path / "samples.parquet").exists()
    samples = shown_samples(run.samples().to_pylist() if has_samples else [], curves)
    scripts = [_asset(name) for name in _SCRIPTS]
    environment = Environment(
        loader=PackageLoader("looksgood.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    seen, unseen = chosen.channels(curves)
    return environment.get_template("report.html").render(
        content(run, curves),
        policy=content_security_policy(scripts),
        style=_asset("templates/report.css"),
        scripts=scripts,
        data=for_script({**_figure_data(curves, seen), "samples": samples}),
        samples=samples,
        figures=sorted(figures),
        first_figure=_svg(figures.get("curves")),
        channels=[name.removeprefix(chosen.CHANNEL) for name in seen],
        unseen=[name.removeprefix(chosen.CHANNEL) for name in unseen],
    )


def for_script(data: Any) -> str:
    """Return `data` as JSON in which nothing can end a script element or begin markup."""
    text = dumps(data)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def content_security_policy(scripts: Sequence[str]) -> str:
    """Allow these scripts by hash and nothing from anywhere else.

    Plotly writes its own style sheet, so inline styles are allowed; `data:` and `blob:` are how it
    saves a figure as an image.
    """
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in scripts
    )
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def _figure_data(curves: Sequence[Row], channels: Sequence[str]) -> dict[str, Any]:
    sweeps, paths = chosen.sweeps(curves), chosen.paths(curves)
    penalties = chosen.penalties(curves)
    arms = arm_order(line.arm for line in sweeps)
    return {
        "scores": {name: _symbol(style) for name, style in SCORES.items()},
        "gaps": GAPS,
        "arms": {arm: _symbol(style) for arm, style in arm_styles(arms).items()},
        "compared": chosen.compared_arms(arms),
        "optimizers": {line.optimizer: optimizer_label(line.optimizer) for line in sweeps},
        "channels": list(channels),
        "ticks": chosen.kl_ticks(sweeps),
        "sweeps": [_line(line, channels) for line in sweeps],
        "paths": [_line(line, ()) for line in paths],
        "penalties": [_line(line, ()) for line in penalties],
        "no_penalty_at": chosen.place_of_no_penalty(penalties),
    }


def _line(line: chosen.Line, channels: Sequence[str]) -> dict[str, Any]:
    shown = ("kl", "proxy", "rater", "gold", "gap_1", "gap_2", *channels)
    exact = ("optimizer", "beta", "n", "step", "seeds")  # by these a click finds its samples
    wanted = ["d", *(f"{name}{end}" for name in shown for end in ("", "_low", "_high"))]
    rows = [
        {name: row[name] for name in exact}
        | {name: _short(row[name]) for name in wanted}
        | {"label": level_label(row)}
        | {"by_seed": [{n: _short(own[n]) for n in _OWN_SEED} for own in row["by_seed"]]}
        for row in line.rows
    ]
    return {"arm": line.arm, "optimizer": line.optimizer, "rows": rows}


def _symbol(style: Mapping[str, str]) -> dict[str, str]:
    return {**style, "symbol": PLOTLY_MARKERS[style["marker"]]}


def _short(value: Any) -> Any:
    """Six digits are more than any eye or screen resolves."""
    return float(f"{value:.6g}") if isinstance(value, float) else value


def _svg(path: Path | None) -> str:
    """Return an SVG without its XML prologue, for use inside HTML."""
    if path is None:
        return ""
    text = path.read_text(encoding="utf-8")
    return text[text.index("<svg") :]


def _asset(name: str) -> str:
    text = (files("looksgood.reports") / name).read_text(encoding="utf-8")
    if "</script" in text.lower() or "<!--" in text:
        raise ValueError(f"{name} would end the script element that holds it")
    return text
