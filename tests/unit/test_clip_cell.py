"""What a cell of control refuses to measure."""

import pytest

from looksgood.core.errors import ConfigError
from looksgood.core.seeds import Seed
from looksgood.studies.clips.cell import ending_of
from looksgood.studies.clips.settings import EpisodeMeasureSpec
from looksgood.worlds.grasp.spec import GraspSpec

pytest.importorskip("mujoco")


@pytest.mark.parametrize("seconds", [0.01, 1.5])
def test_an_ending_that_no_episode_has_is_refused(seconds):
    """Counted back from the end, frames before the start would wrap around to the end."""
    world = GraspSpec(steps=24).build(Seed(("cell",)))
    with pytest.raises(ConfigError, match=r"an episode of grasp lasts 1\.2 s, an action 0\.05 s"):
        ending_of(EpisodeMeasureSpec(ending_seconds=seconds), world)
    assert ending_of(EpisodeMeasureSpec(ending_seconds=1.2), world).steps == 24
