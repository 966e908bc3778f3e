"""The server's secret: who knows it can sign links for anybody."""

import os
import secrets
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from looksgood.core.errors import ConfigError
from looksgood.rating.database import Database

VARIABLE = "LOOKSGOOD_SECRET"
LEAST = 32
"""Characters of a secret that somebody chose."""
HOW = 'export LOOKSGOOD_SECRET="$(python -c "import secrets; print(secrets.token_urlsafe(32))")"'


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret, and whether somebody set it on purpose."""

    value: str
    is_chosen: bool

    def __repr__(self) -> str:
        """Return nothing that a log could give away."""
        return f"Secret(is_chosen={self.is_chosen})"


def secret_of(database: Database) -> Secret:
    """Return LOOKSGOOD_SECRET, or what lies in a file beside an SQLite database.

    The file is made at first use and only its owner can read it.

    Raises:
        ConfigError: the variable is too short, others can read the file, or there is neither.
    """
    chosen = os.environ.get(VARIABLE)
    if chosen is not None:
        if len(chosen) < LEAST:
            raise ConfigError(f"{VARIABLE} has {len(chosen)} characters, fewer than {LEAST}: {HOW}")
        return Secret(chosen, is_chosen=True)
    file = database.engine.url.database
    if database.engine.dialect.name != "sqlite" or not file or file == ":memory:":
        raise ConfigError(f"set {VARIABLE}, the same wherever this database is served from: {HOW}")
    return Secret(_beside(Path(file)), is_chosen=False)


def _beside(database: Path) -> str:
    path = database.with_name(f"{database.name}.secret")
    try:
        _make(path)
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise ConfigError(f"{path} can be read by others, who could let in anybody: chmod 600")
        value = path.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: the secret cannot be read or made: {error}") from error
    if len(value) < LEAST:
        raise ConfigError(f"{path} holds no secret: delete it, and all links with it")
    return value


def _make(path: Path) -> None:
    """Make the file whole or not at all: another process may start at the same moment."""
    if path.exists():
        return
    handle, draft = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)  # mode 0600
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(32))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # fails where the other was first
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)
