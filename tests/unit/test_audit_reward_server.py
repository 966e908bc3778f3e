"""The reward server answers as OpenRLHF expects, records on the way, and says what is wrong."""

import http.client
import json
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from looksgood.audits.live.reward_server import Serve
from looksgood.core.errors import ConfigError
from tests.unit.test_audit_recorder import lines


def by_length(queries, prompts, labels, **others):
    rewards = [float(len(query)) for query in queries]
    return {"rewards": rewards, "scores": rewards, "extra_logs": {"n": rewards}}


def bare(queries, prompts, labels):
    import numpy as np

    return np.array([1.0] * len(queries))


def fails(queries, prompts, labels):
    raise RuntimeError("no reward today")


def is_two(prompt, completion, label=None):
    return completion.strip() == label


HERE = __name__


@contextmanager
def serving(folder, **settings):
    """Yield the port of a server that answers."""
    server = Serve(folder, port=0, **settings).server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def post(port, body, path="/get_reward", **headers):
    """Return status and answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    connection.request("POST", path, data, {"Content-Type": "application/json", **headers})
    response = connection.getresponse()
    answer = json.loads(response.read())
    connection.close()
    return response.status, answer


ASKED = {"query": ["1+1=2", "1+1=3"], "prompts": ["1+1=", "1+1="], "labels": ["2", "2"]}
ANSWER = {"rewards": [5.0, 5.0], "scores": [5.0, 5.0], "extra_logs": {"n": [5.0, 5.0]}}


def test_a_function_answers_and_its_responses_are_recorded(tmp_path):
    with serving(tmp_path, function=f"{HERE}:by_length", gold=f"{HERE}:is_two") as port:
        assert post(port, ASKED) == (200, ANSWER)
        assert post(port, {"query": ["as older versions ask"]})[0] == 200
    header, rows = lines(tmp_path)
    assert header["steps"] == "calls"
    assert [row.get("gold") for row in rows] == [1.0, 0.0, 0.0]
    assert [row["completion"] for row in rows] == ["2", "3", "as older versions ask"]
    assert [row["step"] for row in rows] == [0, 0, 1]
    assert "prompt" not in rows[2]


def test_another_server_is_asked_and_its_answer_handed_on(tmp_path):
    with (
        serving(tmp_path / "above", function=f"{HERE}:by_length") as above,
        serving(tmp_path / "ours", upstream=f"http://127.0.0.1:{above}/get_reward") as port,
    ):
        assert post(port, {**ASKED, "images": [1, 2]}) == (200, ANSWER)
    assert [row["proxy"] for row in lines(tmp_path / "ours")[1]] == [5.0, 5.0]
    assert lines(tmp_path / "above")[1] == [
        {**row, "run": "above"} for row in lines(tmp_path / "ours")[1]
    ]


def test_an_array_for_an_answer_becomes_its_rewards(tmp_path):
    with serving(tmp_path, function=f"{HERE}:bare") as port:
        assert post(port, ASKED) == (200, {"rewards": [1.0, 1.0]})


def test_many_requests_at_once_are_all_answered_and_all_recorded_whole(tmp_path):
    with serving(tmp_path, function=f"{HERE}:by_length") as port, ThreadPoolExecutor(8) as pool:
        asked = [{"query": ["x" * (2000 + n)], "prompts": [""]} for n in range(40)]
        answers = list(pool.map(lambda one: post(port, one), asked))
    assert [answer["rewards"] for _, answer in answers] == [[2000.0 + n] for n in range(40)]
    _, rows = lines(tmp_path)
    assert sorted(len(row["completion"]) for row in rows) == list(range(2000, 2040))
    assert sorted(row["step"] for row in rows) == list(range(40))


WRONG = {
    "no JSON": (b"{", {}, 400, "no JSON"),
    "no query": ({"prompts": ["a"]}, {}, 400, '"query", a list of texts'),
    "query of numbers": ({"query": [1]}, {}, 400, '"query", a list of texts'),
    "lengths": ({"query": ["a"], "labels": [1, 2]}, {}, 400, '"labels": a list of 1'),
    "a page's": (ASKED, {"Content-Type": "text/plain"}, 415, "application/json"),
    "no length": (ASKED, {"Content-Length": "many"}, 411, "Content-Length"),
    "too large": (ASKED, {"Content-Length": str(2 << 20)}, 413, "at most 1048576"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_a_request_is_said(tmp_path, name):
    body, headers, status, told = WRONG[name]
    with serving(tmp_path, function=f"{HERE}:by_length", most_mebibytes=1) as port:
        found, answer = post(port, body, **headers)
        assert (found, told in answer["error"]) == (status, True), answer
        assert post(port, ASKED)[0] == 200


def test_other_places_and_other_ways_to_ask_are_refused(tmp_path):
    with serving(tmp_path, function=f"{HERE}:by_length") as port:
        assert post(port, ASKED, path="/elsewhere")[0] == 404
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", "/get_reward")
        assert connection.getresponse().status == 405
        connection.close()


def test_a_function_that_fails_and_a_server_that_is_away_are_told(tmp_path):
    with serving(tmp_path, function=f"{HERE}:fails") as port:
        status, answer = post(port, ASKED)
        assert (status, answer["error"]) == (
            500,
            "the reward function failed: RuntimeError: no reward today",
        )
        with serving(tmp_path, upstream=f"http://127.0.0.1:{port}/get_reward") as ours:
            status, answer = post(ours, ASKED)
            assert status == 502
            assert "answered 500" in answer["error"]
            assert "no reward today" in answer["error"]
    with serving(tmp_path, upstream=f"http://127.0.0.1:{port}/get_reward") as ours:
        status, answer = post(ours, ASKED)
        assert status == 502
        assert "refused" in answer["error"]
    assert not list(tmp_path.iterdir())


def test_settings_are_refused_with_the_reason(tmp_path):
    with pytest.raises(ConfigError, match="one of --function"):
        Serve(tmp_path).server()
    with pytest.raises(ConfigError, match="one of --function"):
        Serve(tmp_path, function="a:b", upstream="http://c").server()
    with pytest.raises(ConfigError, match="http://HOST"):
        Serve(tmp_path, upstream="file:///etc/passwd").server()
    with pytest.raises(ConfigError, match="cannot be imported"):
        Serve(tmp_path, function="nowhere_at_all:f").server()
    with (
        serving(tmp_path, function=f"{HERE}:bare") as port,
        pytest.raises(ConfigError, match=f"--port {port}"),
    ):
        Serve(tmp_path, function=f"{HERE}:bare", port=port).server()


def test_from_the_shell_a_wrong_setting_is_one_line_and_status_2(tmp_path):
    command = [sys.executable, "-m", "looksgood.audits.live.reward_server", str(tmp_path)]
    done = subprocess.run(
        [*command, "--function", "os"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "looksgood: reward function 'os': give module:function, such as my_checks:is_right"
    ]
