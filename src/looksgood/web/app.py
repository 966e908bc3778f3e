"""The application: which address leads to which door."""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from looksgood.core.errors import LooksgoodError
from looksgood.rating.database import Database
from looksgood.web import owner, rater, refusals
from looksgood.web.assets import Assets
from looksgood.web.clips import clip
from looksgood.web.headers import KnownHosts, SecureHeaders
from looksgood.web.pages import HERE
from looksgood.web.requests import B, ClaimBody, VoteBody, WithdrawBody, read_form, read_json
from looksgood.web.site import Site
from looksgood.web.tokens import Pass, Signer


def make_app(
    database: Database,
    secret: str,
    *,
    is_https: bool = False,
    hosts: Collection[str] | None = None,
) -> Starlette:
    """Return the rating page over a database.

    Args:
        database: stays open for as long as the application runs; whoever opened it closes it.
        secret: signs links and cookies; with another one, those given out before are void.
        is_https: whether browsers reach it so, if only through a proxy.
        hosts: names that requests may give the server, without port; None for any.
    """
    site = Site(database, Signer(secret), is_https)
    routes = [
        _page("/", site, rater.home),
        _page("/health", site, _health),
        _page("/join/{token}", site, rater.join),
        _page("/rate/{campaign}", site, rater.rate),
        _json("/rate/{campaign}/claim", site, ClaimBody, rater.claim_pairs),
        _json("/rate/{campaign}/vote", site, VoteBody, rater.vote),
        _json("/rate/{campaign}/withdraw", site, WithdrawBody, rater.withdraw),
        _page("/rate/{campaign}/told", site, rater.how_i_did),
        _page("/clip/{digest}", site, clip),
        _page("/owner", site, owner.campaigns),
        _form("/owner/invite", site, owner.invite_people),
        _form("/owner/revoke", site, owner.revoke_person),
        _page("/owner/{campaign}", site, owner.campaign),
        _form("/owner/{campaign}/invite", site, owner.invite_people),
        _form("/owner/{campaign}/revoke", site, owner.revoke_person),
        _form("/owner/{campaign}/close", site, owner.close),
        _form("/owner/{campaign}/reopen", site, owner.reopen),
        Mount("/static", Assets(directory=HERE / "static")),
    ]
    return Starlette(
        routes=routes,
        middleware=[
            Middleware(SecureHeaders, is_https=is_https),
            Middleware(KnownHosts, hosts=hosts),
        ],
        exception_handlers={
            refusals.Refused: refusals.refused,
            HTTPException: refusals.no_such_place,
            LooksgoodError: refusals.misused,
            OperationalError: refusals.unavailable,
            Exception: partial(refusals.failed, is_https=is_https),
        },
    )


def _page(path: str, site: Site, show: Callable[[Site, Request], Response]) -> Route:
    """Return a door that shows something; it waits for the database in a thread."""

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(show, site, request)

    return Route(path, endpoint)


def _json(
    path: str, site: Site, model: type[B], work: Callable[[Site, Pass, str, B], dict[str, Any]]
) -> Route:
    """Return a door of our script: somebody who is signed in, on our page, sends `model`."""

    async def endpoint(request: Request) -> Response:
        name = request.path_params["campaign"]
        passes = site.signed_in(request, name, None)
        who = site.sender(passes, request.headers.get("x-csrf-token", ""))
        body = await read_json(request, model)
        return JSONResponse(await run_in_threadpool(work, site, who, name, body))

    return Route(path, endpoint, methods=["POST"])


def _form(
    path: str, site: Site, work: Callable[[Site, Pass, Request, Mapping[str, str]], str]
) -> Route:
    """Return a door of a form: what it does is done once, then the browser goes to a page."""

    async def endpoint(request: Request) -> Response:
        passes = site.signed_in(request, None)
        form = await read_form(request)
        who = site.sender(passes, form.get("csrf", ""))
        return RedirectResponse(await run_in_threadpool(work, site, who, request, form), 303)

    return Route(path, endpoint, methods=["POST"])


def _health(site: Site, _: Request) -> Response:
    """Say that the server answers and reaches its database."""
    with site.database.reading() as connection:
        connection.execute(text("SELECT 1"))
    return JSONResponse({"healthy": True})
