"""Settings of a rater who judges clips by what cameras show."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, field_validator

from looksgood.core.spec import Spec
from looksgood.raters.spec import Positive, Share

if TYPE_CHECKING:
    from looksgood.core.protocols import Rater
    from looksgood.raters.pictures import PictureEye, Pictures


class PictureSpec(Spec):
    """Compares clips by how close and how enclosed the ball looks in pictures, with lapses."""

    kind: Literal["picture"] = "picture"
    cameras: Annotated[
        tuple[str, ...], Field(min_length=1, description="what it sees; the worse view decides")
    ] = ("front",)
    units: Annotated[
        Literal["relative", "absolute"],
        Field(description="lengths count in widths of the palm as it looks, or in the picture's"),
    ] = "relative"
    shadow: Annotated[
        bool, Field(description="also compares where the shadows of hand and ball fall")
    ] = False
    lapse: Share = 0.1
    """Probability that an answer is a coin."""
    temperature: Positive = 0.01
    """Points that make odds of e to 1; a clip is worth 1 at most."""
    tie: Annotated[float, Field(ge=0)] = 0.002
    """A difference in points that is about as good as none; see `tie_logit`."""

    @field_validator("cameras")
    @classmethod
    def _each_once(cls, cameras: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(cameras)) < len(cameras):
            raise ValueError("a camera is named twice: it would count twice in the mean view")
        return cameras

    @property
    def tie_logit(self) -> float:
        """The threshold η of `draw_labels` in log-odds: `tie` / `temperature`.

        A soft threshold: at differences far below `temperature` tanh(η/2) of the answers are ties
        (10 % as set here), and fewer where the difference is plain.
        """
        return self.tie / self.temperature

    def eye(self, pictures: "Pictures") -> "PictureEye":
        """Return how it sees clips; `pictures` draws states as the cameras see them."""
        from looksgood.raters.pictures import PictureEye

        return PictureEye(pictures, self.cameras, units=self.units, shadow=self.shadow)

    def build(self, weights: Mapping[str, float]) -> "Rater":
        """Return who weighs what is seen; `weights` are points per unit of each channel."""
        from looksgood.raters.lapse import Lapse
        from looksgood.raters.oracle import Oracle
        from looksgood.raters.temperature import Temperature

        rater: Rater = Temperature(Oracle(weights), self.temperature)
        return Lapse(rater, self.lapse) if self.lapse else rater
