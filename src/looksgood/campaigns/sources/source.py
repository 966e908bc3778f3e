"""What the name of a source means, and the pairs it gives."""

from pathlib import Path

from looksgood.campaigns.sources.drawn import Drawn, Wish
from looksgood.core.errors import ConfigError

WORLDS, BODIES = ("almanac", "truthfulqa"), ("grasp",)
QUESTIONS, LABELS = "TruthfulQA.csv", "next_labels.csv"


def draw(name: str, wish: Wish) -> Drawn:
    """Return pairs from whatever `name` means.

    A run folder; an audit's folder or its next_labels.csv; a world (almanac, truthfulqa, or
    TruthfulQA.csv); grasp, or the folder of a run of it; a preference file or a hub name.

    Raises:
        ConfigError: it is none of these, or gives no pair; says which and why.
    """
    path = Path(name)
    if path.name == LABELS or (path / LABELS).is_file():
        from looksgood.campaigns.sources.labels import labels_pairs

        return labels_pairs(path if path.is_file() else path / LABELS, wish)
    if (path / "run.json").is_file():
        from looksgood.campaigns.sources.run_folder import run_pairs

        return run_pairs(path, wish)
    if wish.compare is not None:
        raise ConfigError(
            f"--compare is for the folder of a run or an audit: --from {name} has no policies"
        )
    if name in WORLDS or path.name == QUESTIONS or (path / QUESTIONS).is_file():
        from looksgood.campaigns.sources.world import world_pairs

        kind = {} if name in WORLDS else {"path": name}
        return world_pairs(name if name in WORLDS else "truthfulqa", kind, wish)
    if name in BODIES:
        from looksgood.campaigns.sources.films import film_pairs

        return film_pairs({}, wish)
    if path.is_dir():
        raise ConfigError(
            f"--from {name}: a folder without run.json, {LABELS} or {QUESTIONS}; give that of a "
            "run or of an audit, or a preference file"
        )
    from looksgood.campaigns.sources.preference_file import preference_pairs

    return preference_pairs(name, wish)
