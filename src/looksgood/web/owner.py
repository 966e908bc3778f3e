"""The doors of owners: how campaigns go, who may rate, close and open."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from looksgood.core.visible import shortened
from looksgood.rating.campaigns import (
    Campaign,
    all_campaigns,
    close_campaign,
    find_campaign,
    open_campaign,
)
from looksgood.rating.people import Member, invite, members, revoke
from looksgood.rating.recent import recent
from looksgood.rating.votes import progress
from looksgood.web.pages import page
from looksgood.web.refusals import Refused
from looksgood.web.site import Site, owner
from looksgood.web.tokens import Pass

if TYPE_CHECKING:
    from looksgood.campaigns.figure import Figure
    from looksgood.campaigns.overview import Overview

GROUPS = {
    "gaps": "The two gaps, for these raters",
    "agreement": "Agreement and attention",
    "truth": "Against experts and checks",
    "effects": "Position and length",
    "impression": "First impression and final choice",
    "confidence": "Stated confidence",
}
COLUMNS = {
    "checks_passed": "Checks passed",
    "right": "Right",
    "bad_chosen": "False approvals",
    "left_chosen": "Left chosen",
    "longer_chosen": "Longer chosen",
    "same_again": "Same when asked again",
}
"""Short headings of a rater's figures."""
MOST_AT_ONCE = 200
MOST_DAYS = 3650.0
_A_DAY = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Row:
    """One figure beside that of simulated raters, if there are any."""

    people: "Figure"
    simulated: "Figure | None"


def campaigns(site: Site, request: Request) -> Response:
    """Show all campaigns, and the owners."""
    passes = site.signed_in(request, None)
    now = time.time()
    with site.database.reading() as connection:
        me = owner(connection, *passes)
        rows = [
            (one, progress(connection, one), recent(connection, one, now))
            for one in all_campaigns(connection)
        ]
        owners = members(connection, None)
    return page(
        "owner.html",
        campaigns=rows,
        members=_listed(site, request, owners, now),
        **_common(site, me.id, me.name),
    )


def campaign(site: Site, request: Request) -> Response:
    """Show one campaign: how far, how fast, how well, and who."""
    import looksgood.campaigns.overview  # noqa: F401 - the first time is no cost of a campaign

    passes = site.signed_in(request, None)
    now = time.time()
    with site.database.reading() as connection:
        me = owner(connection, *passes)
        found = _campaign(connection, request.path_params["campaign"])
        votes, simulated = site.overviews.get(found.id, lambda: _overviews(connection, found))
        return page(
            "owner_campaign.html",
            campaign=found,
            progress=progress(connection, found),
            recent=recent(connection, found, now),
            people=votes,
            simulated=simulated,
            groups=_groups(votes, simulated),
            columns=_columns(votes, simulated),
            members=_listed(site, request, members(connection, found.id), now),
            **_common(site, me.id, me.name),
        )


def invite_people(site: Site, who: Pass, request: Request, form: Mapping[str, str]) -> str:
    """Invite raters to a campaign, or owners; their links stand on the page then.

    Raises:
        Refused: 400 no names, too many, or no number of days.
    """
    names = [name.strip() for name in form.get("names", "").splitlines() if name.strip()]
    if not names or len(names) > MOST_AT_ONCE:
        raise Refused(400, f"give 1 to {MOST_AT_ONCE} names, one a line")
    until = time.time() + _days(form.get("days", "")) * _A_DAY
    with site.database.writing() as connection:
        owner(connection, who)
        of = _campaign_of_path(connection, request)
        for name in names:
            if of is None:
                invite(connection, name, None, "owner", until)
            else:
                invite(connection, name, of.id, "rater", until)
    return f"{_place(of)}#people"


def revoke_person(site: Site, who: Pass, request: Request, form: Mapping[str, str]) -> str:
    """Shut somebody out, at once; what they voted stays.

    Raises:
        Refused: 400 oneself, 404 nobody of this campaign.
    """
    whom = form.get("person", "")
    with site.database.writing() as connection:
        me = owner(connection, who)
        of = _campaign_of_path(connection, request)
        here = members(connection, None if of is None else of.id)
        if whom == str(me.id):
            raise Refused(400, "you would shut yourself out: another owner can do that")
        if whom not in {str(one.person.id) for one in here}:
            raise Refused(404, "there is nobody of that number here")
        revoke(connection, int(whom))
    return f"{_place(of)}#people"


def close(site: Site, who: Pass, request: Request, form: Mapping[str, str]) -> str:
    """Ask nobody any more."""
    del form
    return _change(site, who, request, close_campaign)


def reopen(site: Site, who: Pass, request: Request, form: Mapping[str, str]) -> str:
    """Ask again."""
    del form
    return _change(site, who, request, open_campaign)


# ---- parts


def _change(
    site: Site, who: Pass, request: Request, change: Callable[[Connection, int], None]
) -> str:
    """Change the campaign that a request names, and return its page."""
    with site.database.writing() as connection:
        owner(connection, who)
        found = _campaign(connection, request.path_params["campaign"])
        change(connection, found.id)
    return _place(found)


def _overviews(connection: Connection, found: Campaign) -> "tuple[Overview, Overview | None]":
    from looksgood.campaigns.overview import SIMULATED, overview_of

    simulated = overview_of(connection, found, SIMULATED)
    return overview_of(connection, found), simulated if simulated.pace.votes else None


def _groups(people: "Overview", simulated: "Overview | None") -> list[tuple[str, list[Row]]]:
    """Return the figures by group, each beside that of the simulated raters."""
    theirs = {} if simulated is None else {one.name: one for one in simulated.figures}
    rows: dict[str, list[Row]] = {group: [] for group in GROUPS}
    for one in people.figures:
        rows[one.group].append(Row(one, theirs.get(one.name)))
    return [(GROUPS[group], found) for group, found in rows.items() if found]


def _columns(people: "Overview", simulated: "Overview | None") -> list[str]:
    for one in (*people.raters, *(simulated.raters if simulated else ())):
        return [COLUMNS.get(figure.name, figure.title) for figure in one.figures]
    return []


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody on the list of people."""

    id: int
    name: str
    state: str
    """open, expired or revoked."""
    until: float | None
    link: str | None


def _listed(site: Site, request: Request, people: Sequence[Member], now: float) -> list[Listed]:
    scheme = "https" if site.is_https else "http"
    address = f"{scheme}://{request.headers.get('host', '')}"
    listed = []
    for one in people:
        if one.person.role == "simulated":
            continue
        state = "revoked" if one.revoked_at is not None else "expired"
        state = "open" if one.may_come_in(now) else state
        link = site.signer.link(address, one.person)
        listed.append(
            Listed(
                one.person.id,
                one.person.name,
                state,
                one.expires_at,
                link if state == "open" else None,
            )
        )
    return listed


def _common(site: Site, my_id: int, my_name: str) -> dict[str, Any]:
    return {"csrf": site.signer.csrf(my_id), "me": my_name, "my_id": my_id}


def _campaign(connection: Connection, name: str) -> Campaign:
    found = find_campaign(connection, name)
    if found is None:
        raise Refused(404, f"there is no campaign {shortened(name, 80)!r}")
    return found


def _campaign_of_path(connection: Connection, request: Request) -> Campaign | None:
    name = request.path_params.get("campaign")
    return None if name is None else _campaign(connection, name)


def _place(of: Campaign | None) -> str:
    return "/owner" if of is None else f"/owner/{of.spec.name}"


def _days(text: str) -> float:
    try:
        days = float(text)
    except ValueError:
        days = 0.0
    if not 0 < days <= MOST_DAYS:
        raise Refused(400, f"days: give more than 0, at most {MOST_DAYS:g}")
    return days
