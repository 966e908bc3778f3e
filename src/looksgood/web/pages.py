"""Pages from templates: whatever they are given is shown as text."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import category

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
    environment.filters.update(visible=visible, shown=shown, when=when)
    environment.globals.update(modules=modules)
    return environment


def modules(folder: str) -> list[str]:
    """Return the addresses of a folder's scripts: a page that names them loads them at once."""
    scripts = sorted((HERE / "static" / folder).glob("*.js"))
    return [f"/static/{folder}/{script.name}" for script in scripts]


def shown(text: str) -> str:
    """Return a text of others as it may be shown on several lines; what would not be seen is told.

    Spaces and line ends stay, and the two joiners that scripts and emoji need.
    """
    lines = text.replace("\r\n", "\n")
    return "".join(sign if _is_kept(sign) else visible(sign) for sign in lines)


def _is_kept(sign: str) -> bool:
    return sign in "\n\t\u200c\u200d" or category(sign) == "Zs"


def when(seconds: float) -> str:
    """Return a time to the minute, UTC."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment:%Y-%m-%d %H:%M} UTC"
