"""A function of the user's own, named as `module:function`."""

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from looksgood.core.errors import ConfigError


def function_named(spec: str, what: str) -> Callable[..., Any]:
    """Import the function; modules in the current folder count too. `what` it is, for messages.

    Raises:
        ConfigError: there is none, or its module cannot be imported.
    """
    module_name, _, name = spec.partition(":")
    if not module_name or not name:
        raise ConfigError(f"{what} {spec!r}: give module:function, such as my_checks:is_right")
    here = str(Path.cwd())
    sys.path.insert(0, here)
    try:
        function = getattr(import_module(module_name), name, None)
    except Exception as error:  # importing runs the module: it may fail in any way
        why = " ".join(f"{type(error).__name__}: {error}".split())
        raise ConfigError(f"{what} {spec!r}: {module_name} cannot be imported ({why})") from error
    finally:
        sys.path.remove(here)
    if not callable(function):
        raise ConfigError(f"{what} {spec!r}: {module_name} has no function {name!r}")
    return function
