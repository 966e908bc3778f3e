"""Every error a user may meet: one line that says what was found and what to do next.

LooksgoodError            exit status 1: the work failed
├── ConfigError           exit status 2: the command or a setting was wrong
│   ├── DataError         a data file is missing or malformed (names the line)
│   └── ModelError        a path is not a model, or its vocabulary does not fit
├── NotFinite             a loss, score or simulation became NaN or infinite (names the step)
├── CellFailed            one cell of a study failed; the others went on
└── TooFew                too few seeds, prompts or samples for the statistic asked for
"""


class LooksgoodError(Exception):
    """The work failed; `exit_status` is what the command returns."""

    exit_status = 1


class ConfigError(LooksgoodError):
    """A command, a setting or an input file was wrong; nothing was computed."""

    exit_status = 2


class DataError(ConfigError):
    """A data file is missing or malformed; the message names the file and the line."""


class ModelError(ConfigError):
    """A path or name is not a usable model, or its vocabulary does not fit the world."""


class NotFinite(LooksgoodError):
    """A loss, a score or a simulation became NaN or infinite; the message names the step."""


class CellFailed(LooksgoodError):
    """One or more cells of a study failed; what the others computed is kept."""


class TooFew(LooksgoodError):
    """Too few seeds, prompts or samples to compute what was asked."""


def without_extra(who: str, extra: str, error: ImportError) -> ConfigError:
    """Return the one line for a missing package of an extra: who needs it, how to get it."""
    return ConfigError(f"{who} the extra {extra}: pip install 'looksgood[{extra}]' ({error})")
