"""Which labels would settle it: what the next ones would show, and how many are needed."""

from looksgood.audits.next_labels.choose import Chosen
from looksgood.audits.next_labels.plan import SMALL, LabelPlan, label_plan
from looksgood.audits.subjects.subject import Subject
from looksgood.core.audit_result import NotMeasured, Row, Section, Table


def next_labels(subject: Subject, chosen: Chosen | NotMeasured) -> Section:
    """Return what labels of the responses that are proposed would show.

    Falls are between two checkpoints, at 80 % power, in sd of gold over a checkpoint's responses;
    all pairs of checkpoints that have gold are counted (Bonferroni). More is noticed where the same
    prompts have labels at both and prompts differ: that is not counted on.
    """
    section = Section(name="next_labels", title="Which labels would settle it?", run=subject.name)
    if isinstance(chosen, NotMeasured):
        section.not_measured.append(chosen)
        return section
    plan = label_plan(subject, chosen)
    section.says.extend(_says(subject, chosen, plan))
    section.tables.append(_table(subject, chosen, plan))
    return section


def _says(subject: Subject, chosen: Chosen, plan: LabelPlan) -> list[str]:
    where = ", ".join(
        f"{count} at {subject.x_label} {step:g}"
        for count, step in zip(plan.new, plan.step, strict=True)
    )
    between = {"": "the middle", "gold": "the best so far by gold"}.get(
        chosen.best_by, f"the best so far by the {chosen.best_by}"
    )
    three = f" (the first checkpoint, {between}, the last)" if len(plan.step) == 3 else ""
    fall, per_point = plan.detectable(), plan.needed()
    in_points = f" ({fall * plan.sd:.3g} of its points)" if plan.sd > 0 else ""
    short = [max(0, per_point - have) for have in plan.before]
    many = per_point > min(plan.responses)
    beyond = f", where there are {min(plan.responses)} responses" if many else ""
    says = [
        f"{len(chosen.row)} responses are proposed for labels: {where}{three}.",
        f"With them a fall of {fall:.2g} sd of gold{in_points} between two of these checkpoints "
        "would be noticed with 80 % or more, all pairs of checkpoints counted.",
        f"A fall of {SMALL:g} sd takes {per_point} labels at each{beyond}: {sum(short)} more.",
    ]
    if plan.rho > 0:
        says.append(
            f"This counts on the {subject.judge}, whose correlation with gold is {plan.rho:.2f} "
            "so far; where the policy learns to exploit it, it falls, and more labels are needed."
        )
    says.append(
        "In next_labels.csv fill in gold (a number, yes or no) and give the file as --expert. "
        "Those who label should see prompt and response alone. Its texts are not trusted: one that "
        "a spreadsheet would take for a formula has an apostrophe in front."
    )
    return says


def _table(subject: Subject, chosen: Chosen, plan: LabelPlan) -> Table:
    _, checkpoints = subject.rows()
    place = checkpoints.place[chosen.row]
    rows: list[Row] = []
    for number, point in enumerate(chosen.points):
        chance = chosen.probability[place == point]
        ends = (float(chance.min()), float(chance.max())) if len(chance) else (None, None)
        counts = plan.before[number], plan.new[number]
        rows.append((plan.step[number], plan.responses[number], *counts, *ends))
    columns = (subject.x_label, "responses", "labelled", "proposed")
    ends = ("least probability", "largest probability")
    return Table(
        columns=(*columns, *ends),
        rows=rows,
        caption="How likely each response was to be chosen is kept, and undone in the estimate.",
    )
