"""`looksgood certify`: what a measured KL does and does not prove about an event."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import tyro

from looksgood.core.errors import ConfigError

if TYPE_CHECKING:
    from looksgood.measures.certificate import Certificate


@dataclass
class Certify:
    """What a measured KL does and does not prove: from numbers, from counts, or from a run."""

    folder: tyro.conf.Positional[Path | None] = None
    """A run folder, whose --channel is the event."""
    kl: float | None = None
    """KL(π‖π₀) in nats per sequence."""
    base_rate: float | None = None
    """Probability q of the event under the base."""
    log_base_rate: float | None = None
    """Its natural logarithm instead, where it is too small for a number."""
    exploits: str | None = None
    """Seen x times in m responses of the policy: x/m."""
    base: str | None = None
    """Seen x times in m responses of the base: x/m."""
    channel: str | None = None
    """The run's channel that is the event, such as citations_fabricated."""
    arm: str | None = None
    """Of a run: which arm; by default the checkpoint of largest KL is taken."""
    seed: int | None = None
    """Of a run: which seed."""
    beta: float | None = None
    """Of a run: which penalty."""
    step: int | None = None
    """Of a run: which step."""
    confidence: float = 0.95
    """Of all limits that come from samples, together."""
    plot: Path | None = None
    """Draw the largest rate against KL for several base rates: a .png or .svg file."""
    json: bool = False
    """Print the certificate as JSON."""
    explain: bool = False
    """Say in plain words what a KL penalty promises, and what it does not."""

    def run(self) -> None:
        """Print the certificate.

        Raises:
            ConfigError: options are missing, contradict each other or are out of range.
        """
        from looksgood.measures.certificate_curves import event_bound_curves
        from looksgood.reports.certificate_figure import draw_event_bounds
        from looksgood.reports.certificate_words import EXPLANATION, as_text
        from looksgood.reports.figure_files import check_figure_path
        from looksgood.runs.strict import dumps

        if self.explain:
            print(EXPLANATION, end="")
            return
        if self.plot is not None:
            check_figure_path(self.plot)
        try:
            found = self._certificate()
        except ValueError as error:
            raise ConfigError(str(error)) from error
        if self.plot is not None:
            draw_event_bounds(self.plot, event_bound_curves(found))
        print(dumps(found.as_json(), indent=1) if self.json else as_text(found))

    def _certificate(self) -> "Certificate":
        from looksgood.measures.certificate import certify_counts, certify_numbers
        from looksgood.ops.probability import Probability

        wanted = {name: getattr(self, name) for name in ("arm", "seed", "beta", "step")}
        of_run = {name: value for name, value in wanted.items() if value is not None}
        self._refuse_mixtures(bool(of_run))
        if self.folder is not None:
            return _of_run(self.folder, self.channel or "", self.confidence, of_run)
        if self.exploits is not None and self.base is not None:
            exploits, base = parse_counts(self.exploits), parse_counts(self.base)
            return certify_counts(exploits, base, self.confidence, self.kl)
        if self.kl is None:
            raise ConfigError("--kl is missing: the KL in nats per sequence")
        if self.log_base_rate is not None:
            q = Probability.from_log(self.log_base_rate, "--log-base-rate")
            return certify_numbers(self.kl, q)
        if self.base_rate is None:
            raise ConfigError("--base-rate is missing: the event's probability under the base")
        return certify_numbers(self.kl, self.base_rate)

    def _refuse_mixtures(self, has_run_options: bool) -> None:
        """Refuse options that would have no effect, or two values for one thing.

        Raises:
            ConfigError: names them.
        """
        rates = {"--base-rate": self.base_rate, "--log-base-rate": self.log_base_rate}
        counts = {"--exploits": self.exploits, "--base": self.base}
        given = [name for name, value in (rates | counts).items() if value is not None]
        if self.folder is not None:
            if given or self.kl is not None:
                raise ConfigError(f"{self.folder} has KL and rates of its own: leave out numbers")
            if self.channel is None:
                raise ConfigError("--channel is missing: which of the run's channels is the event?")
        elif self.channel is not None or has_run_options:
            raise ConfigError("--channel, --arm, --seed, --beta and --step are of a run: name one")
        elif not given and self.kl is None:
            raise ConfigError(
                "nothing to certify: give --kl and --base-rate, --exploits x/m and --base x/m, or "
                "a run folder and --channel; --explain says what it is about"
            )
        elif len(given) > 1 and given != list(counts):
            raise ConfigError(f"{' and '.join(given)} do not go together")
        elif given in (["--exploits"], ["--base"]):
            raise ConfigError("counts need both --exploits x/m and --base x/m")


def parse_counts(text: str) -> tuple[int, int]:
    """Parse x/m, two whole numbers.

    Raises:
        ConfigError: it is not of that form.
    """
    found = re.fullmatch(r"\s*(\d{1,18})\s*/\s*(\d{1,18})\s*", text)
    if found is None:
        raise ConfigError(f"{text!r} is not x/m, such as 3/1000")
    return int(found[1]), int(found[2])


def _of_run(
    folder: Path, channel: str, confidence: float, wanted: dict[str, object]
) -> "Certificate":
    from looksgood.measures.certificate_of_run import Tables, certify_run
    from looksgood.runs import RunFolder

    run = RunFolder.read(folder)
    tables = (table.to_pylist() for table in (run.points(), run.prompts(), run.samples()))
    return certify_run(Tables(*tables), channel, confidence, wanted)
