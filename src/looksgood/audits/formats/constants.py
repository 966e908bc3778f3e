"""Counts that --map gives as one number: gold_n=400, the responses behind each mean of gold."""

from collections.abc import Collection, Mapping

from looksgood.audits.formats.numbers import number
from looksgood.audits.record import SCORES
from looksgood.core.errors import DataError
from looksgood.core.visible import listed

COUNTS = ("kl_n", *(f"{name}_n" for name in SCORES), "total")
"""Responses behind each mean: a column, or one number for all of them."""


def constants_said(
    said: Mapping[str, str], there: Collection[str], where: object
) -> dict[str, float]:
    """Return those of `COUNTS` that are said to be a number; a column of that name wins.

    Raises:
        DataError: what is said of a count is neither a column nor a number of 1 or more.
    """
    found: dict[str, float] = {}
    for name in COUNTS:
        source = said.get(name, "")
        if not source or source in there:
            continue
        value = number(source)
        if value is not None:
            if not (value >= 1 and value.is_integer()):
                raise DataError(
                    f"{where}: --map {name}={source}: a count is a whole number of 1 or more"
                )
            found[name] = value
        elif not any(sign in source for sign in "+*"):  # a sum of columns is looked for as one
            raise DataError(
                f"{where}: --map {name}={source} is neither a number nor a column of it. There "
                f"are: {listed([*there], 60)}"
            )
    return found
