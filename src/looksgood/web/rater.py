"""The doors of raters: the page, the pairs, the votes."""

from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from looksgood.rating.campaigns import Campaign, all_campaigns, campaign_by_id, mark_of
from looksgood.rating.claims import Shown, claim, is_shut_out
from looksgood.rating.pairs import storable
from looksgood.rating.people import Person
from looksgood.rating.votes import (
    Answer,
    AnsweredAlready,
    NotYours,
    Progress,
    progress,
    take_vote,
    withdraw_vote,
)
from looksgood.web.pages import page
from looksgood.web.refusals import Refused
from looksgood.web.requests import ClaimBody, VoteBody, WithdrawBody
from looksgood.web.site import Site, rater_of, somebody
from looksgood.web.tokens import Pass


def join(site: Site, request: Request) -> Response:
    """Let in whoever opens an invitation link, and go on to what they came for."""
    who = site.invited(request, request.path_params["token"])
    with site.database.reading() as connection:
        person = somebody(connection, who)
        name = _campaign_of(connection, person)
    response = RedirectResponse(_place(name), 303)
    site.sign_in(response, person, name)
    return response


def home(site: Site, request: Request) -> Response:
    """Go to where somebody who is signed in belongs."""
    with site.database.reading() as connection:
        names = (one.spec.name for one in all_campaigns(connection))
        person = somebody(connection, *site.signed_in(request, None, *names))
        return RedirectResponse(_place(_campaign_of(connection, person)), 303)


def rate(site: Site, request: Request) -> Response:
    """Show the rating page; its pairs come by `claim_pairs`."""
    name = request.path_params["campaign"]
    passes = site.signed_in(request, name, None)
    with site.database.reading() as connection:
        person, campaign = rater_of(connection, name, *passes)
        mark = mark_of(connection, campaign.id)
    spec = campaign.spec
    return page(
        "rate.html",
        campaign={
            "name": spec.name,
            "question": spec.question,
            "instructions": spec.instructions,
            "asks_confidence": spec.asks_confidence,
            "asks_impression": spec.asks_impression,
            "tags": list(spec.tags),
            "asks_note": spec.asks_note,
            "person": person.name,
            "csrf": site.signer.csrf(person.id),
            "tell_after": spec.tell_after,
            "store": mark,
        },
    )


def claim_pairs(site: Site, who: Pass, name: str, body: ClaimBody) -> dict[str, Any]:
    """Hand out pairs. None, and the campaign open, means: ask again."""
    with site.database.writing() as connection:
        person, campaign = rater_of(connection, name, who)
        shown = claim(connection, campaign, person, body.want)
        return {
            "state": "open" if shown else _state(connection, campaign, person),
            "pairs": [_as_sides(one) for one in shown],
            "progress": _as_json(progress(connection, campaign, person)),
        }


def vote(site: Site, who: Pass, name: str, body: VoteBody) -> dict[str, Any]:
    """Keep an answer: once it is said to be kept, it is on disk.

    Raises:
        Refused: 404 not this person's pair, 409 answered already, 400 an unknown tag.
    """
    answer = Answer(
        key=body.key,
        showing_id=body.showing,
        side=body.side,
        impression=body.impression,
        confidence=body.confidence,
        tags=body.tags,
        note=storable(body.note),
        seconds=body.seconds,
        watched=body.watched,
    )
    with site.database.writing() as connection:
        person, campaign = rater_of(connection, name, who)
        if not set(body.tags) <= set(campaign.spec.tags):
            raise Refused(400, "tags: not of this campaign")
        try:
            is_new = take_vote(connection, campaign, person, answer)
        except NotYours as error:
            raise Refused(404, str(error)) from error
        except AnsweredAlready as error:
            raise Refused(409, str(error)) from error
        done = _as_json(progress(connection, campaign, person))
    return {"kept": True, "is_new": is_new, "progress": done}


def withdraw(site: Site, who: Pass, name: str, body: WithdrawBody) -> dict[str, Any]:
    """Take an answer back; twice is once.

    Raises:
        Refused: 404 there is no such answer of this person.
    """
    with site.database.writing() as connection:
        person, campaign = rater_of(connection, name, who)
        try:
            withdraw_vote(connection, campaign, person, body.key)
        except NotYours as error:
            raise Refused(404, str(error)) from error
        done = _as_json(progress(connection, campaign, person))
    return {"withdrawn": True, "progress": done}


def how_i_did(site: Site, request: Request) -> Response:
    """Show a rater what they approved that was wrong, once they have voted often enough.

    Raises:
        Refused: 404 this campaign tells nobody.
    """
    from looksgood.campaigns.told import told

    name = request.path_params["campaign"]
    passes = site.signed_in(request, name, None)
    site.count_costly(passes[0])
    with site.database.reading() as connection:
        person, campaign = rater_of(connection, name, *passes)
        if campaign.spec.tell_after is None:
            raise Refused(404, "this campaign tells nobody how they did")
        found = told(connection, campaign, person)
    return page("told.html", campaign=campaign.spec, told=found)


def _campaign_of(connection: Connection, person: Person) -> str | None:
    if person.campaign_id is None:
        return None
    return campaign_by_id(connection, person.campaign_id).spec.name


def _place(campaign: str | None) -> str:
    return "/owner" if campaign is None else f"/rate/{campaign}"


def _state(connection: Connection, campaign: Campaign, person: Person) -> str:
    if campaign.is_closed:
        return "closed"
    return "shut_out" if is_shut_out(connection, campaign, person) else "open"


def _as_sides(shown: Shown) -> dict[str, Any]:
    """Return a pair as a page gets it: by sides; which of them is first stays here."""
    sides = (shown.first, shown.second) if shown.first_is_left else (shown.second, shown.first)
    left, right = (f"/clip/{side}" if shown.are_clips else side for side in sides)
    return {
        "showing": shown.showing_id,
        "prompt": shown.prompt,
        "left": left,
        "right": right,
        "are_clips": shown.are_clips,
        "source": shown.source,
    }


def _as_json(done: Progress) -> dict[str, int]:
    return {"wanted": done.wanted, "filled": done.filled, "mine": done.mine}
