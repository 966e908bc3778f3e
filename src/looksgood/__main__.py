"""`python -m looksgood`: the same as the command `looksgood`."""

from looksgood.cli.main import main

main()
