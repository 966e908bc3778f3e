"""Who is let in, for how long, and what a session may not do."""

import time
import uuid
from dataclasses import replace

import pytest
from itsdangerous import URLSafeSerializer

from looksgood.rating.people import members, revoke
from looksgood.web.tokens import SESSION_SECONDS, Signer, link
from tests.rating_pages import SECRET, Visitor, app_of, begin, invited


@pytest.fixture
def campaign(sqlite):
    return begin(sqlite)


@pytest.fixture
def visitor(sqlite):
    return Visitor(app_of(sqlite))


PAGE = {"Accept": "text/html,*/*"}


def refused(answer):
    """Tell whether nothing but a plain page with one line came back."""
    return (
        answer.status_code == 403
        and "You are not let in" in answer.text
        and answer.headers["content-type"].startswith("text/html")
        and "set-cookie" not in answer.headers
    )


def test_a_link_leads_to_its_campaign_or_to_the_owners_page(sqlite, campaign, visitor):
    answer = visitor.join(invited(sqlite, campaign, "Anna"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/rate/colours")
    answer = visitor.join(invited(sqlite, None, "Olga", "owner"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/owner")


def test_forged_links_are_refused(sqlite, campaign, visitor):
    anna = invited(sqlite, campaign, "Anna")
    token = Signer(SECRET).invitation(anna)
    other = URLSafeSerializer(SECRET, salt="session").dumps([anna.id, anna.invited_at])
    sign = URLSafeSerializer(SECRET, salt="invitation").dumps
    odd = [sign(content) for content in (anna.id, [anna.id], ["1", 2], None, {}, [1, 2, 3])]
    forged = [token[:-1], f"{token}x", "1", "%00", "é", other, "a" * 5000, *odd]
    for each in forged:
        assert refused(visitor.http.get(f"/join/{each}", headers=PAGE)), each


def test_links_of_another_server_are_refused(sqlite, campaign, visitor):
    anna = invited(sqlite, campaign, "Anna")
    foreign = Signer("the secret of quite another server, as long").invitation(anna)
    assert refused(visitor.http.get(f"/join/{foreign}", headers=PAGE))


def test_links_to_nobody_are_refused(sqlite, campaign, visitor):
    anna = invited(sqlite, campaign, "Anna")
    for number in (99, 0, -1):
        token = Signer(SECRET).invitation(replace(anna, id=number))
        assert visitor.http.get(f"/join/{token}", headers=PAGE).status_code == 403


def test_expired_links_are_refused(sqlite, campaign, visitor):
    anna = invited(sqlite, campaign, "Anna", expires_at=time.time() - 1)
    answer = visitor.http.get(link("", SECRET, anna), headers=PAGE)
    assert refused(answer)


def test_a_session_ends_when_its_person_is_revoked(sqlite, campaign, visitor):
    anna = invited(sqlite, campaign, "Anna")
    visitor.join(anna)
    (pair,) = visitor.claim()
    with sqlite.writing() as connection:
        revoke(connection, anna.id)
    assert refused(visitor.http.get(link("", SECRET, anna), headers=PAGE))
    assert refused(visitor.http.get("/rate/colours", headers=PAGE))
    assert visitor.vote(pair).status_code == 403
    assert visitor.post("claim", {"want": 1}).status_code == 403
    assert visitor.post("withdraw", {"key": str(uuid.uuid4())}).status_code == 403


def test_who_is_invited_anew_gets_a_new_link_and_the_old_ones_stay_shut(sqlite, campaign, visitor):
    anna = invited(sqlite, campaign, "Anna")
    stolen = Visitor(visitor.app)
    for each in (visitor, stolen):
        each.join(anna)
    (pair,) = visitor.claim()
    assert invited(sqlite, campaign, "Anna") == anna  # the same link, while it is good
    assert visitor.claim() == [pair]
    with sqlite.writing() as connection:
        revoke(connection, anna.id)
    again = invited(sqlite, campaign, "Anna")
    assert again.id == anna.id
    assert link("", SECRET, again) != link("", SECRET, anna)
    assert refused(visitor.http.get(link("", SECRET, anna), headers=PAGE))
    visitor.join(again)
    assert visitor.claim() == [pair]  # goes on where they were
    assert visitor.vote(pair).status_code == 200
    assert stolen.post("claim", {"want": 1}).status_code == 403


def test_a_session_ends_when_its_person_expires(sqlite, campaign, visitor):
    anna = invited(sqlite, campaign, "Anna", expires_at=time.time() + 600)
    visitor.join(anna)
    assert visitor.claim()
    invited(sqlite, campaign, "Anna", expires_at=time.time() - 1)
    assert visitor.post("claim", {"want": 1}).status_code == 403


def test_a_rater_of_one_campaign_sees_nothing_of_another(sqlite, campaign, visitor):
    begin(sqlite, "shapes", tell_after=1)
    visitor.join(invited(sqlite, campaign, "Anna"))
    for name in ("shapes", "nowhere"):
        visitor.campaign = name
        assert refused(visitor.http.get(f"/rate/{name}", headers=PAGE))
        assert visitor.http.get(f"/rate/{name}/told").status_code == 403
        assert visitor.post("claim", {"want": 1}).status_code == 403


def test_raters_are_no_owners(sqlite, campaign, visitor):
    visitor.join(invited(sqlite, campaign, "Anna"))
    for place in ("/owner", "/owner/colours", "/owner/nowhere"):
        assert refused(visitor.http.get(place, headers=PAGE))
    form = {"csrf": visitor.csrf, "names": "Eve", "days": "3", "person": "1"}
    for door in ("invite", "revoke", "colours/invite", "colours/revoke", "colours/close"):
        assert visitor.http.post(f"/owner/{door}", data=form).status_code == 403


def test_nothing_is_open_without_a_session(sqlite, campaign, visitor):
    places = ("/", "/rate/colours", "/rate/colours/told", "/owner", "/owner/colours", "/clip/0")
    for place in places:
        assert refused(visitor.http.get(place, headers=PAGE)), place
    for door in ("claim", "vote", "withdraw"):
        answer = visitor.post(door, {})
        assert answer.status_code == 403
        assert list(answer.json()) == ["error"]


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(sqlite, campaign, visitor):
    cookie = visitor.join(invited(sqlite, campaign, "Anna")).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie
    assert f"max-age={SESSION_SECONDS}" in cookie
    assert "secure" not in cookie  # a browser would not send it back over http
    over_tls = Visitor(app_of(sqlite, is_https=True), "https://rate.example.org")
    answer = over_tls.join(invited(sqlite, campaign, "Anna"))
    assert "secure" in answer.headers["set-cookie"].lower()
    assert "max-age" in answer.headers["strict-transport-security"]


@pytest.mark.parametrize("cookie", ["", "1", "MQ.x.y", "a" * 4000, "MQ.ZZZ.foreign"])
def test_forged_cookies_are_refused(sqlite, campaign, visitor, cookie):
    invited(sqlite, campaign, "Anna")
    visitor.http.cookies.set(Signer(SECRET).cookie("colours"), cookie)
    assert refused(visitor.http.get("/rate/colours", headers=PAGE))


def test_an_invitation_is_no_cookie(sqlite, campaign, visitor):
    anna = invited(sqlite, campaign, "Anna")
    signer = Signer(SECRET)
    visitor.http.cookies.set(signer.cookie("colours"), signer.invitation(anna))
    assert refused(visitor.http.get("/rate/colours", headers=PAGE))


def test_an_old_cookie_is_refused(sqlite, campaign, visitor, monkeypatch):
    import itsdangerous.timed

    visitor.join(invited(sqlite, campaign, "Anna"))
    now = time.time()
    monkeypatch.setattr(itsdangerous.timed.time, "time", lambda: now + SESSION_SECONDS + 60)
    assert refused(visitor.http.get("/rate/colours", headers=PAGE))


def test_two_servers_on_one_machine_keep_their_cookies_apart():
    assert Signer("a" * 32).cookie(None) != Signer("b" * 32).cookie(None)


def test_scripts_of_other_sites_cannot_vote(sqlite, campaign, visitor):
    visitor.join(invited(sqlite, campaign, "Anna"))
    (pair,) = visitor.claim()
    anothers = Visitor(visitor.app)
    anothers.join(invited(sqlite, campaign, "Bert"))
    own = visitor.csrf
    for word in ("", "x", "é", own[:-1], anothers.csrf):
        visitor.csrf = word.encode("utf-8")
        assert visitor.vote(pair).status_code == 403, word
        assert visitor.post("claim", {"want": 1}).status_code == 403
    visitor.csrf = own
    assert visitor.vote(pair).status_code == 200


def test_forms_of_other_sites_do_nothing(sqlite, campaign, visitor):
    visitor.join(invited(sqlite, None, "Olga", "owner"))
    for form in ({}, {"csrf": ""}, {"csrf": "x"}):
        answer = visitor.http.post("/owner/colours/close", data=form)
        assert answer.status_code in (403, 415)
    visitor.open()
    assert visitor.http.post("/owner/colours/close", data={"csrf": visitor.csrf}).status_code == 303


def test_one_browser_may_be_an_owner_and_a_rater_here_and_there(sqlite, campaign, visitor):
    shapes = begin(sqlite, "shapes")
    visitor.join(invited(sqlite, None, "Olga", "owner"))
    visitor.open()
    owners_word = visitor.csrf
    visitor.join(invited(sqlite, campaign, "Anna"))
    annas_word = visitor.csrf
    visitor.join(invited(sqlite, shapes, "Bert"))
    assert visitor.http.get("/owner").status_code == 200
    assert '"person": "Anna"' in visitor.http.get("/rate/colours").text
    assert '"person": "Bert"' in visitor.http.get("/rate/shapes").text
    # the tab that was opened before goes on as whom it was opened
    for word, name in ((owners_word, "Olga"), (annas_word, "Anna")):
        visitor.csrf = word
        assert visitor.vote(visitor.claim()[0]).json()["progress"]["mine"] == 1, name
    with sqlite.writing() as connection:
        revoke(connection, people(connection, campaign.id)["Anna"])
    assert '"person": "Olga"' in visitor.http.get("/rate/colours").text
    assert visitor.post("claim", {"want": 1}).status_code == 403


def people(connection, campaign_id):
    return {one.person.name: one.person.id for one in members(connection, campaign_id)}


def test_the_first_page_leads_everybody_home(sqlite, campaign, visitor):
    visitor.join(invited(sqlite, campaign, "Anna"))
    assert visitor.http.get("/").headers["location"] == "/rate/colours"
    visitor.join(invited(sqlite, None, "Olga", "owner"))
    assert visitor.http.get("/").headers["location"] == "/owner"
    assert Visitor(visitor.app).http.get("/").status_code == 403
