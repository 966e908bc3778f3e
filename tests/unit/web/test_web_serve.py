"""`looksgood rate serve` and `invite` as somebody starts them: a process, a port, signals."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from looksgood.cli.main import main
from looksgood.cli.rate_serve import URL, greeting
from looksgood.core.errors import ConfigError
from looksgood.rating.people import members, revoke
from looksgood.web.secret import LEAST, VARIABLE, Secret
from looksgood.web.serve import Place, listen
from tests.rating_pages import begin, invited

CHOSEN = Secret("c" * LEAST, is_chosen=True)
FOUND = Secret("f" * LEAST, is_chosen=False)


@contextmanager
def serving(db, *options):
    """Run a server; yield the process, its address and the owner's link."""
    command = [sys.executable, "-m", "looksgood", "rate", "serve", "--db", str(db)]
    process = subprocess.Popen(
        [*command, "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        # a shell that runs tests in the background has them ignore Ctrl-C, and their children too
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    try:
        said = [process.stdout.readline() for _ in range(3)]
        if not all(said):
            pytest.fail(process.stderr.read())
        address = re.search(r"http\S+", said[0]).group()
        yield process, address, re.search(r"http\S+", said[1]).group()
    finally:
        process.kill()
        process.communicate()


@contextmanager
def session(link, page=""):
    """Open a link, and a page behind it; yield a client that is signed in, as that page is."""
    with httpx.Client(follow_redirects=True, timeout=60) as client:
        shown = client.get(link)
        if page:
            shown = client.get(page)
        found = re.search(r'"csrf": "([^"]+)"', shown.text)
        client.headers["X-CSRF-Token"] = found.group(1) if found else ""
        yield client


def status(link, place):
    """Return what somebody gets who opens a link and then goes to a place."""
    with session(link) as client:
        return client.get(place).status_code


# ---- where


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.9"])
def test_this_machine_needs_no_secret_of_ones_own(host):
    place = Place(host=host)
    assert place.check(FOUND) is None
    assert {"127.0.0.1", "localhost", "[::1]"} <= set(place.hosts)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "rate.example.org", ""])
def test_a_public_address_needs_a_secret_that_was_set(host):
    with pytest.raises(ConfigError, match=VARIABLE) as refused:
        Place(host=host).check(FOUND)
    assert "\n" not in str(refused.value)
    assert "https" in Place(host=host).check(CHOSEN)
    assert Place(host=host, url="https://rate.example.org").check(CHOSEN) is None
    assert Place(host=host).hosts is None


def test_a_proxy_gives_the_server_its_name():
    place = Place(url="https://Rate.example.org/", proxy="127.0.0.1")
    assert place.is_https
    assert place.address(9) == "https://Rate.example.org"
    assert "rate.example.org" in place.hosts
    with pytest.raises(ConfigError, match="--proxy 'my-proxy': give the address"):
        Place(proxy="my-proxy")
    assert Place(host="0.0.0.0", url="https://rate.example.org").hosts == ("rate.example.org",)
    assert "https" in Place(url="http://rate.example.org").check(CHOSEN)


def test_links_begin_with_the_port_that_was_found():
    assert Place().address(1234) == "http://127.0.0.1:1234"
    assert Place(host="::1").address(1234) == "http://[::1]:1234"


@pytest.mark.parametrize(
    "url", ["rate.example.org", "ftp://x", "https://", "https://x/y", "", "//x"]
)
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(ConfigError, match="--url"):
        Place(url=url)


@pytest.mark.parametrize("port", [-1, 65536, 10**9])
def test_a_port_that_is_none_is_refused(port):
    with pytest.raises(ConfigError, match="--port"):
        listen(Place(port=port))


def test_a_host_that_is_not_here_is_refused():
    with pytest.raises(ConfigError, match=r"192\.0\.2\.1"):
        listen(Place(host="192.0.2.1"))


def test_a_used_port_is_one_clear_line(tmp_path, capsys):
    taken = socket.create_server(("127.0.0.1", 0))
    port = taken.getsockname()[1]
    with pytest.raises(SystemExit) as stopped:
        main(["rate", "serve", "--db", str(tmp_path / "a.db"), "--port", str(port)])
    assert stopped.value.code == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert f"--port {port}: Address already in use" in error
    taken.close()


def test_a_public_address_is_refused_before_anything_listens(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(SystemExit) as stopped:
        main(["rate", "serve", "--db", str(tmp_path / "a.db"), "--host", "0.0.0.0", "--port", "0"])
    assert stopped.value.code == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert VARIABLE in error


# ---- invite


def invite(capsys, *arguments):
    main(["rate", "invite", *arguments])
    return dict(line.split("\t") for line in capsys.readouterr().out.splitlines())


def test_links_are_printed_one_a_line(sqlite, tmp_path, capsys):
    campaign = begin(sqlite)
    db = ("--db", str(tmp_path / "votes.db"))
    links = invite(capsys, "Anna", "Bert \u202e", "--campaign", "colours", *db, "--days", "3")
    assert list(links) == ["Anna", "Bert \\u202e"]
    assert all(link.startswith("http://127.0.0.1:8765/join/") for link in links.values())
    again = invite(capsys, "Anna", "--campaign", "colours", *db, "--url", "https://r.example")
    assert again["Anna"] == links["Anna"].replace("http://127.0.0.1:8765", "https://r.example")
    invite(capsys, "Olga", "--owner", *db)
    with sqlite.reading() as connection:
        names = [one.person.name for one in members(connection, campaign.id)]
        assert names == ["Anna", "Bert \u202e"]
        assert [one.person.role for one in members(connection, None)] == ["owner"]


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--campaign", "colours"),
        ("Anna",),
        ("Anna", "--campaign", "colours", "--owner"),
        ("Anna", "--campaign", "nowhere"),
        ("Anna", "--campaign", "colours", "--days", "0"),
        ("Anna", "--campaign", "colours", "--days", "nan"),
        ("", "--campaign", "colours"),
        ("Anna", "x" * 65, "--campaign", "colours"),
        ("Anna", "--campaign", "colours", "--url", "x"),
        ("Anna", "--campaign", "colours", "--nonsense"),
    ],
)
def test_an_invitation_that_will_not_do_is_one_line(sqlite, tmp_path, capsys, arguments):
    campaign = begin(sqlite)
    with pytest.raises(SystemExit) as stopped:
        main(["rate", "invite", *arguments, "--db", str(tmp_path / "votes.db")])
    assert stopped.value.code == 2
    error = capsys.readouterr().err
    assert error.startswith("looksgood: ")
    assert error.count("\n") == 1
    with sqlite.reading() as connection:
        assert members(connection, campaign.id) == []


# ---- a running server


def test_a_server_never_prints_a_password(sqlite):
    said = greeting(sqlite, CHOSEN.value, URL, "postgresql://team:hidden@host/votes")
    assert any("rate invite" in line and "team:***@host/votes" in line for line in said)
    assert "hidden" not in "".join(said)


def test_it_starts_serves_and_says_how_to_go_on(tmp_path, monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    db = tmp_path / "new.db"
    with serving(db) as (_, address, owners_link):
        assert httpx.get(f"{address}/health").json() == {"healthy": True}
        assert httpx.get(f"{address}/join/x").status_code == 403
        with session(owners_link) as client:
            shown = client.get(f"{address}/owner")
        assert shown.status_code == 200
        assert "There is no campaign yet" in shown.text
        answer = httpx.get(f"{address}/health", headers={"Host": "evil.example"})
        assert answer.status_code == 421
        # what anybody may claim about where a request comes from is not believed
        lies = [
            httpx.get(f"{address}/join/x", headers={"X-Forwarded-For": f"192.0.2.{n}"})
            for n in range(25)
        ]
        assert lies[-1].status_code == 429
    assert (tmp_path / "new.db.secret").stat().st_mode & 0o777 == 0o600
    with serving(db) as (_, address, again):
        assert again.rsplit("/", 1)[1] == owners_link.rsplit("/", 1)[1]
        assert status(again, f"{address}/owner") == 200


def test_a_revoked_owner_is_not_let_in_again_by_a_restart(sqlite, tmp_path):
    with serving(tmp_path / "votes.db") as (_, address, link):
        with sqlite.writing() as connection:
            revoke(connection, members(connection, None)[0].person.id)
        assert status(link, f"{address}/owner") == 403
    with serving(tmp_path / "votes.db") as (_, address, another):
        assert another.rsplit("/", 1)[1] != link.rsplit("/", 1)[1]
        assert status(another, f"{address}/owner") == 200
        assert httpx.get(f"{address}/join/{link.rsplit('/', 1)[1]}").status_code == 403


def test_a_proxy_that_was_named_is_believed(tmp_path):
    named = ("--url", "https://rate.example.org", "--proxy", "127.0.0.1")
    with serving(tmp_path / "a.db", *named) as (process, address, link):
        assert address == "https://rate.example.org"
        port = _port_of(process.pid)
        headers = {"Host": "rate.example.org", "X-Forwarded-Proto": "https"}
        here = f"http://127.0.0.1:{port}"
        for number in range(25):
            forwarded = {**headers, "X-Forwarded-For": f"192.0.2.{number}"}
            assert httpx.get(f"{here}/join/x", headers=forwarded).status_code == 403
        path = link.removeprefix(address)
        answer = httpx.get(f"{here}{path}", headers=headers)
        assert "Secure" in answer.headers["set-cookie"]
        assert "strict-transport-security" in answer.headers


def _port_of(pid):
    """Return the port a process listens on, from the kernel's tables."""
    sockets = set()
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            sockets.add(os.readlink(f"/proc/{pid}/fd/{name}"))
        except FileNotFoundError:
            continue
    with open("/proc/net/tcp") as table:
        for line in list(table)[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in sockets:
                return int(fields[1].split(":")[1], 16)
    raise AssertionError("the server listens nowhere")


def test_a_server_that_is_stopped_finishes_what_is_running(sqlite, tmp_path):
    campaign = begin(sqlite)
    with (
        serving(tmp_path / "votes.db") as (process, address, link),
        session(link, f"{address}/rate/colours") as owner,
    ):
        (pair,) = owner.post(f"{address}/rate/colours/claim", json={}).json()["pairs"]
        begun, stopping = threading.Event(), threading.Event()
        key = "0" * 8 + "-0000-0000-0000-" + "0" * 12
        vote = {"key": key, "showing": pair["showing"], "side": "left"}

        def halves():
            content = json.dumps(vote).encode()
            yield content[:10]
            begun.set()
            assert stopping.wait(60)
            yield content[10:]

        def stop():
            begun.wait(60)
            httpx.get(f"{address}/health")
            process.send_signal(signal.SIGTERM)
            for _ in range(200):  # until nobody new is let in
                try:
                    socket.create_connection(("127.0.0.1", httpx.URL(address).port), 1).close()
                except OSError:
                    break
                threading.Event().wait(0.05)
            stopping.set()

        thread = threading.Thread(target=stop)
        thread.start()
        headers = {"Content-Type": "application/json"}
        answer = owner.post(f"{address}/rate/colours/vote", content=halves(), headers=headers)
        thread.join()
        assert answer.json()["kept"] is True
        owner.close()
        assert process.wait(30) == 0
        assert process.stderr.read() == ""
    with sqlite.reading() as connection:
        from looksgood.rating.standing import standing_votes

        assert len(standing_votes(connection, campaign)) == 1


def test_ctrl_c_is_one_line(tmp_path):
    with serving(tmp_path / "a.db") as (process, address, _):
        httpx.get(f"{address}/health")
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        assert process.stderr.read().count("\n") == 1


@pytest.mark.slow
def test_fifty_people_with_two_tabs_each_at_once(sqlite, tmp_path):
    """No vote is lost or doubled, and nobody is turned away."""
    from looksgood.rating.standing import standing_votes
    from looksgood.web.secret import secret_of
    from looksgood.web.tokens import link

    campaign = begin(sqlite, pairs=20, votes_per_pair=10)
    people = [invited(sqlite, campaign, f"rater {n}") for n in range(50)]
    secret = secret_of(sqlite).value
    kept, failures = [], []
    with serving(tmp_path / "votes.db") as (_, address, _):

        def tab(person, tab_number):
            with session(link(address, secret, person)) as client:
                for number in range(3):
                    claimed = client.post(f"{address}/rate/colours/claim", json={"want": 2})
                    for pair in claimed.json().get("pairs", [])[tab_number : tab_number + 1]:
                        key = f"{person.id:08}-{tab_number:04}-0000-0000-{number:012}"
                        vote = {"key": key, "showing": pair["showing"], "side": "tie"}
                        answer = client.post(f"{address}/rate/colours/vote", json=vote)
                        if answer.status_code == 200 and answer.json()["is_new"]:
                            kept.append(key)
                        elif answer.status_code != 409:  # the other tab was first
                            failures.append(answer.text)

        threads = [threading.Thread(target=tab, args=(p, n)) for p in people for n in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    with sqlite.reading() as connection:
        standing = standing_votes(connection, campaign)
    assert failures == []
    assert len(kept) == len(set(kept)) == len(standing) > 50
    assert len({(vote.rater, vote.pair_id) for vote in standing}) == len(standing)


def test_no_page_needs_torch(tmp_path):
    script = f"""
import sys
import looksgood.cli.main, looksgood.cli.rate
from tests.rating_pages import Visitor, app_of, begin, invited
from looksgood.rating.database import open_database
database = open_database({str(tmp_path / "votes.db")!r})
campaign = begin(database, tell_after=1)
anna, olga = Visitor(app_of(database)), None
anna.join(invited(database, campaign, "Anna"))
assert anna.vote(anna.claim()[0]).status_code == 200
assert anna.http.get("/rate/colours/told").status_code == 200
olga = Visitor(anna.app)
olga.join(invited(database, None, "Olga", "owner"))
assert olga.http.get("/owner/colours").status_code == 200
heavy = "torch", "transformers", "mujoco", "matplotlib", "pyarrow", "datasets"
print([name for name in heavy if name in sys.modules])
"""
    root = str(Path(__file__).parents[3])
    found = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": f"{root}:{os.environ.get('PYTHONPATH', '')}"},
    )
    assert found.stdout == "[]\n", found.stderr
