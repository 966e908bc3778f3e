"""Films, in whole or a range of bytes: browsers ask for ranges, and some play nothing without."""

import re

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from looksgood.rating.campaigns import all_campaigns
from looksgood.rating.schema import clips
from looksgood.web.refusals import Refused
from looksgood.web.site import Site, somebody

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def clip(site: Site, request: Request) -> Response:
    """Send a film to anybody who is let in; its address is the hash of its bytes."""
    digest = request.path_params["digest"]
    with site.database.reading() as connection:
        names = (one.spec.name for one in all_campaigns(connection))
        somebody(connection, *site.signed_in(request, None, *names))
        query = select(clips.c.media_type, clips.c.content).where(clips.c.digest == digest)
        found = connection.execute(query).first()
    if found is None:
        raise Refused(404, "there is no such clip")
    headers = {
        "Cache-Control": "private, max-age=31536000, immutable",
        "ETag": f'"{digest}"',
        "Accept-Ranges": "bytes",
    }
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    is_film = found.media_type.startswith(("video/", "image/"))
    media_type = found.media_type if is_film else "application/octet-stream"
    content = bytes(found.content)
    wanted = request.headers.get("range") if _may_range(request, headers["ETag"]) else None
    part = byte_range(wanted, len(content))
    if part is None:
        return Response(content, headers=headers, media_type=media_type)
    headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{len(content)}"
    return Response(content[part.start : part.stop], 206, headers, media_type)


def byte_range(wanted: str | None, size: int) -> range | None:
    """Return which bytes a Range header asks for; None for all of them.

    What is not one range of bytes may be answered in whole (RFC 9110 §14.2).

    Raises:
        Refused: 416, it begins behind the end.
    """
    found = _RANGE.fullmatch(wanted or "")
    if found is None or found.group(1, 2) == ("", ""):
        return None
    first, last = found.group(1, 2)
    if not first:  # the last so many
        start, stop = max(0, size - int(last)), size
    else:
        start, stop = int(first), size if not last else min(size, int(last) + 1)
        if last and int(last) < int(first):
            return None
    if start >= size or stop <= start:
        refusal = Refused(416, f"the clip has {size} bytes")
        refusal.headers["Content-Range"] = f"bytes */{size}"
        raise refusal
    return range(start, stop)


def _may_range(request: Request, etag: str) -> bool:
    return request.headers.get("if-range", etag) == etag
