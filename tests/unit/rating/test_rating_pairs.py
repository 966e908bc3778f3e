"""Pairs and films are kept once, whatever is in them; people by name."""

import time
from dataclasses import replace

import pytest
from sqlalchemy import select

from looksgood.core.errors import ConfigError
from looksgood.rating.campaign import CampaignSpec
from looksgood.rating.campaigns import begin_campaign, campaign_named
from looksgood.rating.claims import claim
from looksgood.rating.pairs import NewPair, Truth, add_clip, add_pairs, storable
from looksgood.rating.people import invite, person_by_id, revoke
from looksgood.rating.schema import clips, pairs
from looksgood.rating.votes import progress
from tests.rating_store import ask, campaign_of, check_store, rater, some_pairs

HOSTILE = [
    "\0",
    "a\0b",
    "\ud800 half",
    "\udfff",
    "<script>alert(1)</script>",
    "\u202eright to left",
    "\x1b[31m\x07\x08",
    "😀 ﷽ e\u0301",
    "' OR 1=1; DROP TABLE votes; --",
    "%(x)s %s :x ? {x}",
    "",
    "x" * 1_000_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_any_text_is_kept_and_comes_back(database, text):
    new = NewPair(
        text, text + "1", text + "2", source=text, extra={"text": text, text: [1.5, None]}
    )
    campaign = campaign_of(database, [new])
    (shown,) = ask(database, campaign, rater(database, campaign, "Anna"))
    assert shown.prompt == shown.source == storable(text)
    assert (shown.first, shown.second) == (storable(text + "1"), storable(text + "2"))
    with database.reading() as connection:
        assert connection.execute(select(pairs.c.extra)).scalar_one() == new.extra
    assert campaign_of(database, [new]) == campaign
    check_store(database)


def test_storable_changes_only_what_cannot_be_stored():
    assert storable("a\0\ud800b\u202e<é😀") == "a\u2400?b\u202e<é😀"
    assert storable(storable("\0\udfff")) == storable("\0\udfff")


def test_the_same_pairs_again_add_nothing(database):
    campaign = campaign_of(database, some_pairs(3), votes_per_pair=2)
    with database.writing() as connection:
        assert add_pairs(connection, campaign, some_pairs(5)) == 2
        assert add_pairs(connection, campaign, some_pairs(5)) == 0
        turned = [NewPair(one.prompt, one.second, one.first) for one in some_pairs(5)]
        assert add_pairs(connection, campaign, turned) == 0
        assert add_pairs(connection, campaign, []) == 0
        assert add_pairs(connection, campaign, some_pairs(2, batch="b") * 2) == 2
        assert progress(connection, campaign).wanted == 14
    check_store(database)


def test_more_pairs_than_one_statement_takes_keep_their_order(database):
    campaign = campaign_of(database, some_pairs(1203))
    with database.reading() as connection:
        kept = connection.execute(select(pairs.c.prompt).order_by(pairs.c.id)).scalars().all()
        assert progress(connection, campaign).wanted == 1203
    assert kept == [one.prompt for one in some_pairs(1203)]


def test_a_check_without_truth_is_refused():
    with pytest.raises(ConfigError, match="needs its truth"):
        NewPair("p", "a", "b", role="attention")


@pytest.mark.parametrize(
    "wrong",
    [
        {"batch": "b" * 65},
        {"batch": "b\0"},
        {"truth": Truth("first", "t" * 65)},
        {"truth": Truth("first", "\ud800")},
    ],
    ids=range(4),
)
def test_labels_that_postgresql_would_refuse_are_refused_everywhere(wrong):
    with pytest.raises(ConfigError, match="at most 64 printable"):
        NewPair("p", "a", "b", **wrong)


def test_a_film_is_kept_once_byte_by_byte(database):
    film = bytes(range(256)) * 1000
    with database.writing() as connection:
        digest = add_clip(connection, film)
        assert add_clip(connection, film) == digest
        assert add_clip(connection, film + b"\0", "video/webm") != digest
    with database.reading() as connection:
        kept = connection.execute(select(clips).order_by(clips.c.media_type)).mappings().all()
    assert [row["content"] for row in kept] == [film, film + b"\0"]


def test_a_campaign_is_found_again_and_no_other_takes_its_name(database):
    with database.writing() as connection:
        first = begin_campaign(connection, CampaignSpec(name="c", tags=("ü",)))
        assert begin_campaign(connection, CampaignSpec(name="c", tags=("ü",))) == first
        with pytest.raises(ConfigError, match=r"other settings \(votes_per_pair\)"):
            begin_campaign(connection, CampaignSpec(name="c", tags=("ü",), votes_per_pair=2))
        with pytest.raises(ConfigError, match="there are: c"):
            campaign_named(connection, "d")
        assert begin_campaign(connection, CampaignSpec(name="d")).salt != first.salt


def test_people_come_in_until_they_are_shut_out(database):
    campaign = campaign_of(database, some_pairs(2))
    with database.writing() as connection:
        anna = invite(connection, "Anna", campaign.id)
        assert person_by_id(connection, anna.id) == anna
        revoke(connection, anna.id)
        assert person_by_id(connection, anna.id) is None
        again = invite(connection, "Anna", campaign.id)
        assert again == replace(anna, invited_at=again.invited_at)
        assert again.invited_at > anna.invited_at  # what let her in before does so no more
        assert person_by_id(connection, anna.id) == again
        assert invite(connection, "Anna", campaign.id) == again
        assert person_by_id(connection, anna.id + 1) is None


def test_an_invitation_expires(database):
    with database.writing() as connection:
        anna = invite(connection, "Anna", None, "owner", expires_at=time.time() + 60)
        assert person_by_id(connection, anna.id) == anna
        assert invite(connection, "Anna", None, "owner", expires_at=time.time() - 1) == anna
        assert person_by_id(connection, anna.id) is None


def test_a_name_is_one_person_of_one_role_in_each_campaign(database):
    one, other = (campaign_of(database, some_pairs(1), name=name) for name in ("one", "other"))
    with database.writing() as connection:
        ids = {invite(connection, "Anna", campaign.id).id for campaign in (one, other)}
        ids.add(invite(connection, "Anna", None, "owner").id)
        assert len(ids) == 3
        with pytest.raises(ConfigError, match="taken by a rater"):
            invite(connection, "Anna", one.id, "simulated")
        assert invite(connection, "Anna", None, "owner").id in ids


@pytest.mark.parametrize("name", ["", "   ", "x" * 65, "a\0", "a\nb", "\ud800"])
def test_a_name_that_cannot_be_shown_is_refused(database, name):
    with database.writing() as connection, pytest.raises(ConfigError, match="1 to 64 characters"):
        invite(connection, name, None, "owner")


def test_anybody_else_s_letters_make_a_name(database):
    with database.writing() as connection:
        for name in ("می\u200cنا", "Łukasz", "李", "O'Brien <b>"):
            assert invite(connection, name, None, "owner").name == name


def test_an_owner_rates_any_campaign(database):
    campaign = campaign_of(database, some_pairs(1))
    with database.writing() as connection:
        owner = invite(connection, "Olga", None, "owner")
        assert len(claim(connection, campaign, owner, 1)) == 1
