"""`looksgood rate …`: people compare responses on a page, and what they say is kept."""

from dataclasses import dataclass
from typing import Annotated

from tyro.conf import OmitArgPrefixes, OmitSubcommandPrefixes, subcommand

from looksgood.cli.rate_demo import Demo
from looksgood.cli.rate_export import Export, ImportVotes, Status
from looksgood.cli.rate_invite import Invite
from looksgood.cli.rate_migrate import Migrate
from looksgood.cli.rate_new import New
from looksgood.cli.rate_serve import Serve


@dataclass
class Rate:
    """People rate: serve the page."""

    command: OmitArgPrefixes[
        OmitSubcommandPrefixes[
            Annotated[
                Demo, subcommand("demo", description="a first look, beside a simulated crowd")
            ]
            | Annotated[New, subcommand("new", description="begin a campaign")]
            | Annotated[Serve, subcommand("serve", description="serve the rating page")]
            | Annotated[Invite, subcommand("invite", description="print links for people")]
            | Annotated[Status, subcommand("status", description="what the votes say so far")]
            | Annotated[Export, subcommand("export", description="write votes to a file")]
            | Annotated[ImportVotes, subcommand("import-votes", description="take votes of a file")]
            | Annotated[Migrate, subcommand("migrate", description="move to another database")]
        ]
    ]

    def run(self) -> None:
        """Run the command."""
        self.command.run()
