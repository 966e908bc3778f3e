"""`looksgood bench [NAME]`: side-by-side benchmarks on this machine."""

import json
from dataclasses import dataclass
from typing import Any

import tyro

from looksgood.core.errors import ConfigError


@dataclass
class Bench:
    """Compare our training step and sweep with TRL's, and with the machine's matrix products."""

    name: tyro.conf.Positional[str] = ""
    """step or sweep; empty lists them."""
    json: bool = False
    """Print the measurements as JSON."""

    def run(self) -> None:
        """Run one benchmark and print it."""
        from looksgood.bench import BENCHES

        raise ConfigError(f"{self.name!r}: known benchmarks are {', '.join(BENCHES)}")


def as_json(value: Any) -> str:
    """Return indented JSON."""
    return json.dumps(value, indent=1)
