"""Owners see how it goes, and run it: people in and out, campaigns closed and open."""

import re
import time

import pytest

from looksgood.rating.campaigns import campaign_named
from looksgood.rating.pairs import NewPair, Truth, add_pairs
from looksgood.rating.people import members
from looksgood.rating.recent import Recent, recent
from tests.rating_pages import Visitor, app_of, begin, invited


@pytest.fixture
def campaign(database):
    return begin(database, pairs=6, votes_per_pair=2)


@pytest.fixture
def olga(database, campaign):
    visitor = Visitor(app_of(database))
    visitor.join(invited(database, None, "Olga", "owner"))
    visitor.open()
    return visitor


def send(visitor, place, **form):
    answer = visitor.http.post(place, data={"csrf": visitor.csrf, **form})
    if answer.status_code == 303:
        return visitor.http.get(answer.headers["location"].split("#")[0])
    return answer


def text_of(answer):
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]*>", " ", answer.text).split())


def links_of(shown):
    return re.findall(r"<code>http://127.0.0.1:8765(/join/[^<]+)</code>", shown.text)


def people_of(database, campaign):
    with database.reading() as connection:
        return {m.person.name: m for m in members(connection, campaign and campaign.id)}


def test_an_invited_rater_gets_a_link_that_works(database, campaign, olga):
    shown = send(olga, "/owner/colours/invite", names=" Anna \n\nÜlkü <b>\n", days="2.5")
    links = links_of(shown)
    assert len(links) == 2
    for link in links:
        assert Visitor(olga.app).http.get(link).headers["location"] == "/rate/colours"
    people = people_of(database, campaign)
    assert list(people) == ["Anna", "Ülkü <b>"]
    assert 2.4 < (people["Anna"].expires_at - time.time()) / 86400 < 2.6
    assert "<b>" not in shown.text


def test_a_revoked_rater_is_out_at_once_and_can_be_invited_again(database, campaign, olga):
    anna = Visitor(olga.app)
    person = invited(database, campaign, "Anna")
    anna.join(person)
    shown = send(olga, "/owner/colours/revoke", person=str(person.id))
    assert "no: revoked" in text_of(shown)
    assert anna.post("claim", {"want": 1}).status_code == 403
    shown = send(olga, "/owner/colours/invite", names="Anna", days="1")
    assert anna.post("claim", {"want": 1}).status_code == 403
    anna.http.get(links_of(shown)[0])
    assert anna.post("claim", {"want": 1}).status_code == 200


def test_an_expired_invitation_is_shown_as_that(database, campaign, olga):
    invited(database, campaign, "Anna", expires_at=time.time() - 1)
    assert "no: expired" in text_of(olga.http.get("/owner/colours"))


def test_owners_invite_owners_and_shut_out_all_but_themselves(database, campaign, olga):
    shown = send(olga, "/owner/invite", names="Otto", days="3")
    links = links_of(shown)
    otto = Visitor(olga.app)
    assert {otto.http.get(link).headers["location"] for link in links} == {"/owner"}
    owners = people_of(database, None)
    otto.http.cookies.clear()
    assert otto.http.get(links[1]).status_code == 303
    me = str(owners["Olga"].person.id)
    assert send(olga, "/owner/revoke", person=me).status_code == 400
    send(olga, "/owner/revoke", person=str(owners["Otto"].person.id))
    assert otto.http.get("/owner").status_code == 403
    assert olga.http.get("/owner").status_code == 200


@pytest.mark.parametrize("person", ["", "x", "99", "1e3", "-1", "٣"])
def test_nobody_is_revoked_by_a_number_that_is_nobodys(database, campaign, olga, person):
    assert send(olga, "/owner/colours/revoke", person=person).status_code == 404


def test_a_rater_of_another_campaign_is_not_revoked_here(database, campaign, olga):
    other = begin(database, "shapes")
    bert = invited(database, other, "Bert")
    assert send(olga, "/owner/colours/revoke", person=str(bert.id)).status_code == 404
    assert people_of(database, other)["Bert"].revoked_at is None


@pytest.mark.parametrize(
    ("names", "days"),
    [
        ("", "3"),
        (" \n ", "3"),
        ("Anna", ""),
        ("Anna", "0"),
        ("Anna", "-1"),
        ("Anna", "nan"),
        ("Anna", "inf"),
        ("Anna", "1e9"),
        ("Anna", "x"),
        ("A" * 65, "3"),
        ("\n".join(f"r{n}" for n in range(201)), "3"),
        ("Anna\n" + "B" * 65, "3"),
        ("a\x00b", "3"),
    ],
)
def test_an_invitation_that_will_not_do_invites_nobody(database, campaign, olga, names, days):
    answer = send(olga, "/owner/colours/invite", names=names, days=days)
    assert answer.status_code == 400
    assert "\n" not in answer.json()["error"]
    assert people_of(database, campaign) == {}


def test_a_name_is_one_persons(database, campaign, olga):
    invited(database, campaign, "Crowd 1", "simulated")
    answer = send(olga, "/owner/colours/invite", names="Crowd 1", days="3")
    assert answer.status_code == 400
    assert "taken" in answer.json()["error"]


def test_a_campaign_is_closed_and_opened_again(database, campaign, olga):
    shown = send(olga, "/owner/colours/close")
    assert "the campaign is closed" in text_of(shown)
    assert olga.post("claim", {"want": 1}).json()["state"] == "closed"
    shown = send(olga, "/owner/colours/reopen")
    assert "the campaign is open" in text_of(shown)
    assert olga.post("claim", {"want": 1}).json()["state"] == "open"
    with database.reading() as connection:
        assert not campaign_named(connection, "colours").is_closed


def test_forms_that_are_no_forms(olga):
    send_ = olga.http.post
    form = f"csrf={olga.csrf}"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    many = "&".join(f"a{n}=1" for n in range(500))
    for content, headers, status in (
        (form.encode(), {"Content-Type": "multipart/form-data; boundary=x"}, 415),
        (form.encode(), {"Content-Type": "text/plain"}, 415),
        (b"\xff" + form.encode(), kind, 400),
        (f"{form}&names=%ff&days=1".encode(), kind, 400),
        (f"{form}&{many}".encode(), kind, 400),
        (f"{form}&names={'a' * 70_000}".encode(), kind, 413),
    ):
        answer = send_("/owner/colours/close", content=content, headers=headers)
        assert answer.status_code == status, content[:80]


def test_unknown_campaigns_are_not_there(olga):
    for place in ("/owner/nowhere", "/owner/%3Cb%3E", "/owner/" + "x" * 500):
        answer = olga.http.get(place, headers={"Accept": "text/html"})
        assert answer.status_code == 404
        assert "<b>" not in answer.text
    assert send(olga, "/owner/nowhere/close").status_code == 404
    assert send(olga, "/owner/nowhere/invite", names="A", days="1").status_code == 404


def test_progress_and_pace_are_shown(database, campaign, olga):
    shown = text_of(olga.http.get("/owner"))
    assert "0 of 12" in shown
    for name in ("Anna", "Bert"):
        visitor = Visitor(olga.app)
        visitor.join(invited(database, campaign, name))
        for pair in visitor.claim(3):
            visitor.vote(pair, "tie", seconds=4.5)
    shown = text_of(olga.http.get("/owner"))
    assert re.search(r"6 of 12 2 6 6 \d{4}-\d\d-\d\d \d\d:\d\d UTC", shown)
    shown = text_of(olga.http.get("/owner/colours"))
    assert "6 of 12 wanted votes are in; the campaign is open." in shown
    assert "Median time per pair 4.5 s" in shown
    assert "Ties 6" in shown


def test_votes_are_counted_by_the_hour(database, campaign, olga):
    anna = Visitor(olga.app)
    anna.join(invited(database, campaign, "Anna"))
    for pair in anna.claim(2):
        anna.vote(pair)
    crowd = Visitor(olga.app)
    crowd.join(invited(database, campaign, "Crowd", "simulated"))
    crowd.vote(crowd.claim()[0])
    with database.reading() as connection:
        now = recent(connection, campaign, time.time())
        assert (now.votes, now.raters, now.last_hour) == (2, 1, 2)
        later = recent(connection, campaign, time.time() + 3700)
        assert (later.votes, later.raters, later.last_hour) == (2, 1, 0)
        assert later.last_at == now.last_at is not None
    empty = begin(database, "shapes")
    with database.reading() as connection:
        assert recent(connection, empty, time.time()) == Recent(0, 0, 0, None)


def test_figures_have_their_interval_and_n_or_the_reason(database, olga):
    known = begin(database, "known", pairs=0)
    truth = Truth("first", "expert", first_is_good=True, second_is_good=False)
    new = [NewPair(f"prompt {n}", f"good {n}", f"worse {n}", truth=truth) for n in range(12)]
    with database.writing() as connection:
        add_pairs(connection, known, new)
    shown = text_of(olga.http.get("/owner/known"))
    assert "Nobody has voted yet" in shown
    assert "cannot say" in shown
    anna = Visitor(olga.app, campaign="known")
    anna.join(invited(database, known, "Anna \u202e<i>"))
    for number in range(12):
        (pair,) = anna.claim()
        good = "left" if pair["left"].startswith("good") else "right"
        bad = "right" if good == "left" else "left"
        anna.vote(pair, bad if number < 3 else good)
    fresh = Visitor(app_of(database))
    fresh.join(invited(database, None, "Olga", "owner"))
    shown = fresh.http.get("/owner/known")
    words = text_of(shown)
    limits = r"\[[\d.]+, [\d.]+\] n = 12"
    assert re.search(rf"bad response is chosen over the good one 25 % {limits}", words)
    assert re.search(rf"told by: expert\) 75 % {limits}", words)
    assert "Attention checks are passed cannot say" in words
    assert "Anna \\u202e&lt;i&gt;" in shown.text
    assert "<i>" not in shown.text
    assert "Simulated raters" not in words


def test_simulated_raters_stand_beside_people(database, campaign, olga):
    for name, role in (("Anna", "rater"), ("Crowd", "simulated")):
        visitor = Visitor(olga.app)
        visitor.join(invited(database, campaign, name, role))
        visitor.vote(visitor.claim()[0])
    shown = olga.http.get("/owner/colours")
    assert "Simulated raters" in text_of(shown)
    invitations = shown.text.split('id="people"')[1]
    assert "Anna" in invitations
    assert "Crowd" not in invitations


def test_figures_are_not_computed_for_every_look(database, campaign, olga, monkeypatch):
    import looksgood.campaigns.overview as overview

    asked = []
    compute = overview.overview_of

    def slowly(*arguments):
        asked.append(arguments)
        time.sleep(0.05)
        return compute(*arguments)

    monkeypatch.setattr(overview, "overview_of", slowly)
    for _ in range(5):
        olga.http.get("/owner/colours")
    assert len(asked) == 2  # of people and of simulated raters, once


def test_kept_results_are_renewed_when_their_cost_has_been_waited_for():
    from looksgood.web.kept import SHARE, Kept

    now = [0.0]
    kept = Kept(clock=lambda: now[0])
    calls = []

    def compute():
        now[0] += 2.0
        calls.append(now[0])
        return len(calls)

    spent_until = []
    for _ in range(2000):
        kept.get("a", compute)
        now[0] += 0.1
        spent_until.append(2.0 * len(calls) / now[0])
    assert len(calls) > 3
    assert spent_until[-1] <= SHARE * 1.2
    assert kept.get("b", lambda: "other") == "other"
