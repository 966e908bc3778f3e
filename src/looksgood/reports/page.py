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

from looksgood.reports import learning_page, power_page, student_page, sweep_page
from looksgood.reports.content import content
from looksgood.reports.figures import draw
from looksgood.reports.lines import is_learning
from looksgood.reports.power_lines import is_audit
from looksgood.reports.student_lines import is_of_students
from looksgood.runs import RunFolder, write_atomically
from looksgood.runs.strict import dumps

Row = Mapping[str, Any]

_PLOTLY = "assets/plotly-basic-4.1.1.min.js"


def render(run: RunFolder, curves: Sequence[Row]) -> Path:
    """Write `figures/*.png`, `figures/*.svg` and `report.html` into the run; return the page.

    `curves` are the run's points averaged over seeds, as `measures.curves.curves` returns them:
    reports compute nothing. Equal tables give an equal page.

    Raises:
        DataError: findings.json, samples.parquet or a films.json is damaged.
        LooksgoodError: the disk is full; a former report stays.
    """
    figures = draw(run.path / "figures", curves)
    page = run.path / "report.html"
    write_atomically(page, html(run, curves, figures).encode("utf-8", "replace"))
    return page


def html(run: RunFolder, curves: Sequence[Row], figures: Mapping[str, Path]) -> str:
    """Return the page as text; `figures` are the SVGs by name.

    Which page follows from the tables: where no KL was measured along training, policies learned
    from scratch; where somebody was asked whether gold fell, they were audited; where a student's
    size was, supervisors taught it.
    """
    kind = _kind(curves)
    values = kind.values(run, curves)
    scripts = ["\n".join(map(_template, names)) for names in kind.SCRIPTS]
    if scripts:
        scripts.insert(0, _asset(_PLOTLY))
    return rendered(
        kind.TEMPLATE,
        content(run, curves) | values,
        scripts=scripts,
        data=for_script(values["data"]),
        figures=sorted(figures),
        first_figure=inline_svg(figures.get(kind.FIRST_FIGURE)),
    )


def _kind(curves: Sequence[Row]) -> Any:
    """Return the module that knows the page of such tables."""
    if is_of_students(curves):
        return student_page
    if is_audit(curves):
        return power_page
    return learning_page if is_learning(curves) else sweep_page


def rendered(template: str, values: Mapping[str, Any], scripts: Sequence[str], **more: Any) -> str:
    """Return a template with our style sheet and the policy that lets only `scripts` run."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("looksgood.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(
        values,
        policy=content_security_policy(scripts),
        style=_template("report.css"),
        scripts=scripts,
        **more,
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
    saves a figure as an image, and how films lie in the page.
    """
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in scripts
    ] or ["'none'"]
    return (
        f"default-src 'none'; script-src {' '.join(hashes)}; style-src 'unsafe-inline'; "
        "img-src data: blob:; media-src data:; base-uri 'none'; form-action 'none'"
    )


def inline_svg(path: Path | None) -> str:
    """Return an SVG without its XML prologue, for use inside HTML."""
    if path is None:
        return ""
    text = path.read_text(encoding="utf-8")
    return text[text.index("<svg") :]


def _template(name: str) -> str:
    return _asset(f"templates/{name}")


def _asset(name: str) -> str:
    text = (files("looksgood.reports") / name).read_text(encoding="utf-8")
    if "</script" in text.lower() or "<!--" in text:
        raise ValueError(f"{name} would end the script element that holds it")
    return text
