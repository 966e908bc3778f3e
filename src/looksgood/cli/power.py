"""`looksgood power`: what an audit of so many labels could notice."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import tyro

from looksgood.core.errors import ConfigError

if TYPE_CHECKING:
    from looksgood.measures.audit_power import AuditPower
    from looksgood.measures.audit_power_curves import PowerCurves
    from looksgood.measures.audit_power_of_run import AuditedArm


@dataclass
class Power:
    """What an audit of so many labels could notice: from numbers, or with a judge of a run."""

    drop: float | None = None
    """How far gold has fallen, in base sd, on the prompts that are audited."""
    labels: int | None = None
    """How many labels: pairs of responses to one prompt, scored or voted on."""
    sd: float | None = None
    """Of one label; by default √2, the sd of the difference of two base responses."""
    correlation: float = 0.0
    """Of a cheap judge with the truth, known on very many more prompts; 0: nobody."""
    alpha: float = 0.05
    """Rate of false alarms of the one-sided test."""
    from_run: Annotated[Path | None, tyro.conf.arg(name="from", metavar="RUN")] = None
    """A run of the study power, whose judges are asked."""
    blind_spot: str | None = None
    """Of a run: which blind spot its raters have."""
    judge: Literal["rater", "expert", "truth"] = "truth"
    """Of a run: who is asked."""
    form: Literal["unpaired", "paired", "votes"] = "paired"
    """Of a run: how they are asked."""
    plot: Path | None = None
    """Draw power against labels: a .png or .svg file."""
    json: bool = False
    """Print the answer as JSON."""

    def run(self) -> None:
        """Print the answer.

        Raises:
            ConfigError: options are missing, contradict each other or are out of range.
        """
        from looksgood.reports.figure_files import check_figure_path
        from looksgood.reports.power_words import as_text
        from looksgood.runs.strict import dumps

        if self.plot is not None:
            check_figure_path(self.plot)
        try:
            found, curves = self._found()
        except ValueError as error:
            raise ConfigError(str(error)) from error
        if self.plot is not None:
            from looksgood.reports.power_curve_figure import draw_power

            draw_power(self.plot, curves)
        print(dumps(found.as_json(), indent=1) if self.json else as_text(found))

    def _found(self) -> "tuple[AuditPower, PowerCurves]":
        from looksgood.measures.audit_power import from_numbers
        from looksgood.measures.audit_power_curves import curves_of_numbers, curves_of_run
        from looksgood.measures.audit_sight import SD

        if self.drop is None:
            raise ConfigError("--drop is missing: how far gold has fallen, in base sd")
        if self.labels is None:
            raise ConfigError("--labels is missing: how many labels the audit has")
        if self.from_run is None:
            self._refuse_what_is_of_a_run()
            sd = SD if self.sd is None else self.sd
            found = from_numbers(self.drop, self.labels, sd, self.alpha, self.correlation)
            return found, curves_of_numbers(found)
        arm = self._arm(self.from_run)
        audit = self.drop, self.labels, self.alpha, self.correlation
        found = arm.power(self.judge, self.form, *audit)
        return found, curves_of_run(found, arm)

    def _refuse_what_is_of_a_run(self) -> None:
        """Refuse options that would have no effect.

        Raises:
            ConfigError: names them.
        """
        if self.blind_spot is not None or self.judge != "truth" or self.form != "paired":
            raise ConfigError(
                "--blind-spot, --judge and --form are of a run, which measured what they see: "
                "name one, --from RUN"
            )

    def _arm(self, folder: Path) -> "AuditedArm":
        """Return the arm of the run that the options name.

        Raises:
            ConfigError: an option is missing or has no effect, or there is no such arm.
        """
        from looksgood.measures.audit_power_of_run import AuditedArm
        from looksgood.runs import RunFolder

        if self.blind_spot is None:
            raise ConfigError("--blind-spot is missing: which one of the run's raters?")
        if self.sd is not None:
            raise ConfigError(f"--sd: {folder} has measured it, leave it out")
        if self.correlation and (self.judge, self.form) != ("truth", "paired"):
            raise ConfigError("--correlation is of a judge beside paired checks against the truth")
        return AuditedArm.of(RunFolder.read(folder).points().to_pylist(), self.blind_spot)
