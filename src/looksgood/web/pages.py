"""Pages from templates: whatever they are given is shown as text."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from looksgood.core.visible import visible

HERE = Path(__file__).parent


def page(
    template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **content: Any
) -> HTMLResponse:
    """Return a page. Its template may use `|visible` for text of others on one line."""
    text = _environment().get_template(template).render(status=status, **content)
    return HTMLResponse(text, status, headers=headers)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,  # whatever a template's name ends in
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["visible"] = visible
    return environment
