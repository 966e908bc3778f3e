"""`looksgood studies`: what there is to run, with one line each."""

import json
from dataclasses import dataclass


@dataclass
class Studies:
    """List studies, worlds, raters, blind spots and the other parts chosen by `kind`."""

    json: bool = False
    """As JSON."""

    def run(self) -> None:
        """Print every group."""
        found = listing()
        if self.json:
            print(json.dumps(found, indent=1, ensure_ascii=False))
            return
        width = max(len(name) for group in found.values() for name in group)
        for group, members in found.items():
            print(f"{group}:")
            for name, line in members.items():
                print(f"  {name:<{width}}  {line}")


def listing() -> dict[str, dict[str, str]]:
    """Return, by group, each name with its one line; a broken third-party part says so."""
    from looksgood import raters
    from looksgood.core.errors import ConfigError
    from looksgood.core.spec import kinds, load_kind
    from looksgood.raters import BLIND_SPOTS

    found: dict[str, dict[str, str]] = {}
    for group in ("studies", "worlds", "policies", "raters", "rewards", "optimizers"):
        found[group] = {}
        for name in sorted(kinds(group)):
            try:
                part = load_kind(group, name)
            except ConfigError as error:
                found[group][name] = f"(cannot be loaded: {error})"
                continue
            line = part.question if group == "studies" else (part.__doc__ or "").splitlines()[0]
            found[group][name] = line
    found["blind spots"] = {
        name: (getattr(raters, name).__doc__ or "").splitlines()[0] for name in BLIND_SPOTS
    }
    return found
