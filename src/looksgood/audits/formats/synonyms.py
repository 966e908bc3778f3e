"""Which of a table's columns is which of the record's: said, of its own name, or evident."""

from collections.abc import Mapping, Sequence

from looksgood.audits.formats.columns import columns_used, refuse_missing
from looksgood.audits.notes import Notes

SYNONYMS: Mapping[str, str] = {
    "run": "run_name run_id arm experiment",
    "step": "global_step training_step train_step iteration round checkpoint epoch",
    "prompt": "input question instruction query problem prompt_text",
    "completion": "response output text generation generated_text solution",
    "proxy": "reward score proxy_reward proxy_score rm_score "
    "reward/mean reward_mean mean_reward average_reward",
    "rater": "rating rater_score human_score human_rating",
    "gold": "gold_score gold_reward true_reward correct is_correct",
    "kl": "kl_divergence kl_div kl_to_ref objective/kl",
    "logp": "logprob log_prob logp_policy",
    "logp_base": "logp_ref ref_logp ref_logprob ref_log_prob base_logp",
    "advantage": "advantages",
    "group": "group_id prompt_id task_id problem_id question_id problem_idx uid",
}
"""Other names by which a column is taken without being asked; the first that is there."""


def chosen(
    said: Mapping[str, str], there: Sequence[str], where: object, notes: Notes
) -> dict[str, str]:
    """Return the record's column to the file's; an empty word in `said` means: there is none.

    Raises:
        DataError: a column that was said is not there; lists those that are.
    """
    refuse_missing(where, said, there)
    taken = columns_used(said, there)
    by_name = {column.lower(): column for column in reversed(there)}
    found = {name: source for name, source in said.items() if source}
    for name, synonyms in SYNONYMS.items():
        known = (by_name.get(word) for word in (name, *synonyms.split()))
        source = next((column for column in known if column and column not in taken), None)
        if name not in said and source is not None:
            found[name] = source
            taken.add(source)
            if source != name:
                notes.lines.append(f"{name} is read from the column {source!r} (no --map said so).")
    return found
