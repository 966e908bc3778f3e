"""Another reward server as a reward function: what it answers is handed on."""

import json
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from looksgood.audits.live.reward_http import Refused, Reward
from looksgood.core.errors import ConfigError


def asking(url: str, timeout_seconds: float) -> Reward:
    """Return a reward function that asks the server at `url`.

    What is not given to it is not sent. Its calls raise `Refused`: 502 where the server cannot be
    reached, refuses, or answers no JSON object; its own words are in the message.

    Raises:
        ConfigError: it is no http or https URL.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigError(f"--upstream {url}: http://HOST:PORT/get_reward is needed")
    # straight to it: a proxy of the environment is for the world outside
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def upstream(queries: Any, prompts: Any, labels: Any, **others: Any) -> dict[str, Any]:
        asked = {"query": queries, "prompts": prompts, "labels": labels, **others}
        body = json.dumps({name: value for name, value in asked.items() if value is not None})
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(url, body.encode(), headers, method="POST")
        try:
            with opener.open(request, timeout=timeout_seconds) as response:
                answer = json.loads(response.read())
        except urllib.error.HTTPError as error:
            said = error.read(500).decode(errors="replace")
            raise Refused(502, f"{url} answered {error.code}: {said}") from None
        except (OSError, ValueError) as error:
            raise Refused(502, f"{url}: {error}") from None
        if not isinstance(answer, dict):
            raise Refused(502, f"{url} answered no JSON object: {answer!r:.100}")
        return answer

    return upstream
