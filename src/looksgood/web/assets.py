"""Our own scripts, looks and pictures."""

from typing import Any

from starlette.responses import Response
from starlette.staticfiles import StaticFiles


class Assets(StaticFiles):
    """Files that browsers keep, and of which they ask each time whether they changed.

    They hold nothing of anybody, and a page whose scripts come from two versions would break.
    """

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """Answer with a file, or that it is the same as before (304)."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response
