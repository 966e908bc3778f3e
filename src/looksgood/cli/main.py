"""`looksgood …`: which command, and what an error looks like."""

import io
import os
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr
from itertools import takewhile
from typing import Annotated

from looksgood.core.errors import ConfigError, LooksgoodError
from looksgood.core.visible import visible


def main(argv: Sequence[str] | None = None) -> None:
    """Run a command and exit: 0 done, 1 the work failed, 2 the command or config was wrong."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        _command(_one_set_each(arguments)).run()
    except LooksgoodError as error:
        print(f"looksgood: {visible(' '.join(str(error).split()))}", file=sys.stderr)
        sys.exit(error.exit_status)
    except KeyboardInterrupt:
        print("looksgood: stopped; the same command goes on from here", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:  # the reader (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def _command(arguments: list[str]):  # noqa: ANN202 - one of the command classes
    """Parse; nothing heavy is imported before a command runs."""
    import tyro

    from looksgood import __version__
    from looksgood.cli.audit import EXAMPLES, Audit
    from looksgood.cli.bench import Bench
    from looksgood.cli.certify import Certify
    from looksgood.cli.debate import Debate
    from looksgood.cli.power import Power
    from looksgood.cli.rate import Rate
    from looksgood.cli.report import Report
    from looksgood.cli.run import Run
    from looksgood.cli.studies import Studies

    if arguments == ["--version"]:
        print(__version__)
        sys.exit(0)
    sub = tyro.conf.subcommand
    audits = "audit a run that was made elsewhere"
    if arguments[:1] == ["audit"]:  # not in the list of commands, where they would stand too
        audits += f"\n\n{EXAMPLES}"
    commands = (
        Annotated[Studies, sub("studies", description="list studies, worlds, raters and parts")]
        | Annotated[Run, sub("run", description="run or resume a study")]
        | Annotated[Report, sub("report", description="render a run's report again")]
        | Annotated[Debate, sub("debate", description="what was predicted, what came out")]
        | Annotated[Certify, sub("certify", description="what a measured KL proves, and what not")]
        | Annotated[Power, sub("power", description="what an audit of that size could notice")]
        | Annotated[Audit, sub("audit", description=audits)]
        | Annotated[Rate, sub("rate", description="people rate: pages, invitations, votes")]
        | Annotated[Bench, sub("bench", description="side-by-side benchmarks")]
    )
    said = io.StringIO()
    try:
        with redirect_stderr(said):
            return tyro.cli(
                commands,
                args=arguments,
                prog="looksgood",
                description="RLHF with a ground truth above its raters.",
                config=(tyro.conf.OmitSubcommandPrefixes, tyro.conf.FlagCreatePairsOff),
            )
    except SystemExit as stop:
        if stop.code != 2:
            raise
        raise ConfigError(_unboxed(said.getvalue())) from None


def _unboxed(box: str) -> str:
    """Return the first paragraph of tyro's framed error, without its frame."""
    lines = [line.strip("│ ") for line in box.splitlines() if not line.startswith(("╭", "╰"))]
    first = list(takewhile(lambda line: line and not line.startswith("─"), lines))
    return f"{' '.join(first)} (looksgood --help tells what there is)"


def _one_set_each(arguments: list[str]) -> list[str]:
    """Let `--set a=1 b=2` mean `--set a=1 --set b=2`."""
    expanded: list[str] = []
    in_set = False
    for argument in arguments:
        follows_set = expanded[-1:] == ["--set"]
        if in_set and not follows_set and "=" in argument and not argument.startswith("-"):
            expanded.append("--set")
        elif not follows_set:
            in_set = argument == "--set"
        expanded.append(argument)
    return expanded
