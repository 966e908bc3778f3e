"""A reward server for OpenRLHF's `--reward.remote_url` that records what goes through it.

    python -m looksgood.audits.live.reward_server rollouts --function rewards:reward_func
    python -m looksgood.audits.live.reward_server rollouts --upstream http://HOST:5000/get_reward

It answers from a function, or asks the server that stands there already (`openrlhf.cli.serve_rm`)
and hands its answer on.
"""

import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import tyro

from looksgood.audits.function_named import function_named
from looksgood.audits.live.recorder import record
from looksgood.audits.live.reward_http import PATH, Reward, RewardServer
from looksgood.audits.live.upstream import asking
from looksgood.core.errors import ConfigError, LooksgoodError


@dataclass(frozen=True)
class Serve:
    """Answer OpenRLHF's requests for rewards, and record them."""

    folder: Annotated[Path, tyro.conf.Positional]
    """where the rollouts are written"""
    function: str | None = None
    """module:function of reward_func(queries, prompts, labels, **others)"""
    upstream: str | None = None
    """URL of a reward server to ask instead"""
    gold: str | None = None
    """module:function of a checker (prompt, completion, label=None), asked as well"""
    run: str = ""
    """name of the run; else the folder's"""
    rows_per_step: int | None = None
    """responses of one training step; else each request counts as a step"""
    host: str = "127.0.0.1"
    """address to listen at: whoever reaches it may use it"""
    port: int = 5001
    """port to listen at; 0 takes a free one"""
    most_mebibytes: int = 64
    """larger requests are refused"""
    timeout_seconds: float = 180.0
    """how long the upstream server may take"""

    def server(self) -> RewardServer:
        """Return the server, listening and not yet answering.

        Raises:
            ConfigError: not one of function and upstream, one that cannot be used, or an address
                that cannot be had.
        """
        if (self.function is None) == (self.upstream is None):
            raise ConfigError("one of --function module:function and --upstream URL is needed")
        if self.upstream is not None:
            reward = asking(self.upstream, self.timeout_seconds)
        else:
            reward = _one_at_a_time(function_named(self.function or "", "reward function"))
        reward = record(
            reward, self.folder, run=self.run, gold=self.gold, rows_per_step=self.rows_per_step
        )
        try:
            return RewardServer((self.host, self.port), reward, self.most_mebibytes << 20)
        except (OSError, OverflowError) as error:
            raise ConfigError(f"--host {self.host} --port {self.port}: {error}") from error


def _one_at_a_time(reward: Reward) -> Reward:
    """Return the function with its calls waiting for each other: few are made for threads."""
    turn = threading.Lock()

    def waiting(queries: Any, prompts: Any, labels: Any, **others: Any) -> Any:
        with turn:
            return reward(queries, prompts, labels, **others)

    waiting.__name__ = getattr(reward, "__name__", "reward")
    return waiting


def main(argv: Sequence[str] | None = None) -> None:
    """Serve until Ctrl-C; exit 2 where a setting was wrong."""
    settings = tyro.cli(Serve, args=argv, prog="python -m looksgood.audits.live.reward_server")
    try:
        server = settings.server()
    except LooksgoodError as error:
        sys.stderr.write(f"looksgood: {' '.join(str(error).split())}\n")
        sys.exit(error.exit_status)
    host, port = server.server_address[:2]
    url = f"http://{host}:{port}{PATH}"
    sys.stderr.write(f"looksgood: --reward.remote_url {url} is recorded in {settings.folder}\n")
    with server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            sys.exit(130)


if __name__ == "__main__":
    main()
