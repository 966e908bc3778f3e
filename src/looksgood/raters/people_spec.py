"""Settings of people as raters: which campaign asks them, and where it is kept."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, field_validator

from looksgood.core.errors import without_extra
from looksgood.core.spec import Spec
from looksgood.rating.campaign import CampaignName
from looksgood.rating.place import VARIABLE, place_of

if TYPE_CHECKING:
    from looksgood.raters.people import People


class PeopleSpec(Spec):
    """People answer, on the rating page; training waits for them, and goes on with their votes.

    What they would say of anything else is unknown: there is no score.
    """

    kind: Literal["people"] = "people"
    campaign: CampaignName
    """Who rates is invited there; it is begun where there is none of that name."""
    db: Annotated[
        str | None,
        Field(description="SQLite file or postgresql:// URL; null: $LOOKSGOOD_DB, or votes.db"),
    ] = None
    votes: Annotated[int, Field(ge=1, description="of each pair, by different people")] = 1
    question: Annotated[
        str | None,
        Field(min_length=1, max_length=500, description="asked of each pair; null: as fits it"),
    ] = None
    patience_hours: Annotated[
        float | None, Field(gt=0, description="after which training gives up; null: never")
    ] = None
    cameras: Annotated[
        tuple[str, ...], Field(min_length=1, description="of clips: views shown side by side")
    ] = ("front",)
    shadow: Annotated[
        bool, Field(description="of clips: they show shadows, which the world has to draw")
    ] = False

    @field_validator("db")
    @classmethod
    def _keeps_no_secret(cls, db: str | None) -> str | None:
        user = (db or "").partition("://")[2].rpartition("@")[0]
        if ":" in user:
            raise ValueError(
                f"a password would be written into the run folder: give the URL in "
                f"{VARIABLE}, or the password in PGPASSWORD"
            )
        return db

    @property
    def where(self) -> str:
        """The database, as a path or a URL."""
        return place_of(self.db)

    def build(self, weights: Mapping[str, float]) -> None:
        """Return None: nobody can be computed who would answer as these people do."""
        del weights

    def people(self, question: str, tell: Callable[[str], Any] = lambda _: None) -> "People":
        """Return who can be asked; `tell` hears, again and again, what is waited for.

        The campaign is begun if there is none, so that people can be invited at once.

        Raises:
            ConfigError: the extra `rate` is missing, the database cannot be opened, or the campaign
                asks for another number of votes.
        """
        try:
            from looksgood.raters.people import People
        except ModuleNotFoundError as error:
            raise without_extra(f"kind={self.kind!r} needs", "rate", error) from error
        return People(self, self.question or question, tell).begun()


def simulated(rater: Any) -> Any:
    """Refuse people where a study computes with its raters: a validator of settings.

    Raises:
        ValueError: these are people.
    """
    if isinstance(rater, PeopleSpec):
        raise ValueError(
            "kind=people: this study computes what its raters would say of everything, and people "
            "are asked about some pairs; kl-sweep and ball-and-camera can ask them"
        )
    return rater
