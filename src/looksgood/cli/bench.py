"""`looksgood bench [NAME]`: side-by-side benchmarks on this machine."""

from dataclasses import dataclass, field
from typing import Annotated

import tyro

from looksgood.core.errors import ConfigError


@dataclass
class Bench:
    """Compare our training step and our sweep with TRL's, our simulation with gymnasium's."""

    name: tyro.conf.Positional[str] = ""
    """step, sweep, sim or rate; without a name they are listed."""
    set: Annotated[list[str], tyro.conf.UseAppendAction, tyro.conf.arg(metavar="KEY=VALUE")] = (
        field(default_factory=list)
    )
    """Change an option, such as width=64 or rounds=3; may be repeated."""
    json: bool = False
    """Print the measurements as JSON."""

    def run(self) -> None:
        """Run one benchmark and print what it measured.

        Raises:
            ConfigError: the name or an option is unknown, or the peer is not installed.
        """
        from looksgood.bench import ABOUT, BENCHES, OPTIONS
        from looksgood.cli.run import parse_settings
        from looksgood.core.spec import parse_spec
        from looksgood.runs.worker import find

        if not self.name:
            for name, line in ABOUT.items():
                print(f"{name:<8}{line}")
            return
        if self.name not in BENCHES:
            raise ConfigError(f"benchmark {self.name!r} is unknown: one of {', '.join(BENCHES)}")
        options = parse_spec(find(OPTIONS[self.name]), parse_settings(self.set))
        report = find(BENCHES[self.name])(options)
        print(report.as_json() if self.json else report.as_table())
        report.check()
