"""What the name of a source means, and the pairs it gives."""

from pathlib import Path
from typing import Literal

from looksgood.campaigns.sources.drawn import Drawn, Wish
from looksgood.core.errors import ConfigError

WORLDS, BODIES = ("almanac", "truthfulqa"), ("grasp",)
QUESTIONS, LABELS = "TruthfulQA.csv", "next_labels.csv"
Kind = Literal["labels", "run", "world", "films", "file"]


def draw(name: str, wish: Wish) -> Drawn:
    """Return pairs from whatever `name` means.

    A run folder; an audit's folder or its next_labels.csv; a world (almanac, truthfulqa, or
    TruthfulQA.csv); grasp, or the folder of a run of it; a preference file or a hub name.

    Raises:
        ConfigError: it is none of these, does not have what is wished, or gives no pair.
    """
    path, kind = Path(name), _kind(name)
    if wish.compare is not None and kind not in ("labels", "run"):
        raise ConfigError(
            f"--compare is for the folder of a run or an audit: --from {name} has no policies"
        )
    if wish.expert and kind != "file":
        raise ConfigError(
            f"--expert is for a preference file: no expert has judged the pairs of --from {name}"
        )
    match kind:
        case "labels":
            from looksgood.campaigns.sources.labels import labels_pairs

            return labels_pairs(path if path.is_file() else path / LABELS, wish)
        case "run":
            from looksgood.campaigns.sources.run_folder import run_pairs

            return run_pairs(path, wish)
        case "world":
            from looksgood.campaigns.sources.world import world_pairs

            settings = {} if name in WORLDS else {"path": name}
            return world_pairs(name if name in WORLDS else "truthfulqa", settings, wish)
        case "films":
            from looksgood.campaigns.sources.films import film_pairs

            return film_pairs({}, wish)
        case "file":
            from looksgood.campaigns.sources.preference_file import preference_pairs

            return preference_pairs(name, wish)


def _kind(name: str) -> Kind:
    path = Path(name)
    if path.name == LABELS or (path / LABELS).is_file():
        return "labels"
    if (path / "run.json").is_file():
        return "run"
    if name in WORLDS or path.name == QUESTIONS or (path / QUESTIONS).is_file():
        return "world"
    if name in BODIES:
        return "films"
    if path.is_dir():
        raise ConfigError(
            f"--from {name}: a folder without run.json, {LABELS} or {QUESTIONS}; give that of a "
            "run or of an audit, or a preference file"
        )
    return "file"
