"""What pages may send, and reading it: small, of the right type, and nothing that is not known."""

from typing import Annotated, TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import ClientDisconnect, Request

from looksgood.core.visible import shortened
from looksgood.rating.campaign import Side
from looksgood.web.refusals import Refused

MOST_BYTES = 64 * 1024
Key = Annotated[str, Field(pattern=r"^[0-9A-Fa-f-]{16,64}$", max_length=64)]
"""A UUID that the page made."""
Positive = Annotated[float, Field(ge=0)]


class Body(BaseModel):
    """A JSON body: a number is a number and no text that looks like one."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class ClaimBody(Body):
    """Ask for pairs."""

    want: Annotated[int, Field(ge=1, le=5)] = 1


class VoteBody(Body):
    """Answer one."""

    key: Key
    showing: Annotated[int, Field(ge=0, lt=2**31)]
    side: Side
    impression: Side | None = None
    confidence: Annotated[int, Field(ge=1, le=5)] | None = None
    tags: Annotated[tuple[str, ...], Field(max_length=100)] = ()
    note: Annotated[str, Field(max_length=20_000)] = ""
    seconds: Positive | None = None
    watched: Positive | None = None


class WithdrawBody(Body):
    """Take an answer back."""

    key: Key


B = TypeVar("B", bound=Body)


async def read_json(request: Request, model: type[B]) -> B:
    """Read a JSON body.

    Raises:
        Refused: 413 too large, 415 not JSON, 400 not of that form; says what is wrong.
    """
    _check_type(request, "application/json")
    content = await _read(request)
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        name = ".".join(str(step) for step in first["loc"]) or "body"
        raise Refused(400, shortened(f"{name}: {first['msg']}", 300)) from error


async def read_form(request: Request) -> dict[str, str]:
    """Read a form's fields; of two of one name the last.

    Raises:
        Refused: 413 too large, 415 no form, 400 not text.
    """
    _check_type(request, "application/x-www-form-urlencoded")
    content = await _read(request)
    try:
        text = content.decode("ascii")
        return dict(parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=100))
    except ValueError as error:
        raise Refused(400, "the form is malformed") from error


def _check_type(request: Request, wanted: str) -> None:
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != wanted:
        raise Refused(415, f"send {wanted}, not {shortened(given, 60) or 'nothing'}")


async def _read(request: Request) -> bytes:
    content = bytearray()
    try:
        async for chunk in request.stream():
            content += chunk
            if len(content) > MOST_BYTES:
                raise Refused(413, f"more than {MOST_BYTES // 1024} kB")
    except ClientDisconnect as error:
        raise Refused(400, "the request broke off") from error
    return bytes(content)
