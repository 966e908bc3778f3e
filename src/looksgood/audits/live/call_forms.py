"""How trainers call reward functions, and what such a call was about.

* TRL and Tunix: `f(prompts, completions, completion_ids, **columns) -> list[float | None]`; among
  TRL's are the data set's columns, `trainer_state` and `log_metric`.
* OpenRLHF: `reward_func(queries, prompts, labels, **kw) -> {"rewards", "scores", "extra_logs"}`;
  a query is prompt and response in one text.
* verl: `compute_score(data_source, solution_str, ground_truth, extra_info, **kw) -> float | dict`,
  one response a call, or lists of them under plural names. No prompt, unless extra_info has it.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from looksgood.audits.formats.chat import answer_of, text_of
from looksgood.audits.formats.numbers import finite
from looksgood.audits.live.call import Call, count_of, entries, numbers_of
from looksgood.core.errors import DataError


def read_call(
    function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any], answer: Any
) -> Call:
    """Return what a call was about.

    Raises:
        DataError: it has no trainer's form, or its answer does not fit it.
    """
    given = arguments_of(function, args, kwargs)
    for name, read in _FORMS.items():
        if name in given:
            return read(given, answer)
    if len(args) == 3:  # OpenRLHF gives no names, and a function may have its own
        return _openrlhf(dict(zip(("queries", "prompts", "labels"), args, strict=True)), answer)
    raise DataError(
        f"a reward function was called with {', '.join(given) or 'nothing'}: TRL would give "
        "completions, OpenRLHF queries, verl solution_str"
    )


def arguments_of(
    function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the arguments by name; those that a **kwargs took, by their own."""
    signature = inspect.signature(function)
    given = dict(signature.bind(*args, **kwargs).arguments)
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.VAR_KEYWORD:
            given |= given.pop(parameter.name, {})
    return given


def _trl(given: dict[str, Any], answer: Any) -> Call:
    count = len(given["completions"])
    trainer = getattr(given.get("log_metric"), "__self__", None)
    return Call(
        prompts=[text_of(prompt) for prompt in given.get("prompts") or [None] * count],
        completions=[answer_of(completion) for completion in given["completions"]],
        proxy=numbers_of(answer, count),
        given=entries(given, count),
        step=getattr(given.get("trainer_state"), "global_step", None),
        # as TRL itself tells one from the other
        evaluation=not getattr(getattr(trainer, "model", None), "training", True),
        log_metric=given.get("log_metric"),
    )


def _openrlhf(given: dict[str, Any], answer: Any) -> Call:
    queries = list(given["queries"])
    count = len(queries)
    prompts = list(given.get("prompts") or [None] * count)
    told = answer if isinstance(answer, Mapping) else {"rewards": answer}
    beside = {**(told.get("extra_logs") or {}), "scores": told.get("scores")}
    return Call(
        prompts=prompts,
        completions=[_after(prompt, query) for prompt, query in zip(prompts, queries, strict=True)],
        proxy=numbers_of(told.get("rewards"), count),
        given=entries(given, count) | {"label": given.get("labels") or [None] * count},
        extras={n: numbers_of(v, count) for n, v in beside.items() if count_of(v) == count},
    )


def _after(prompt: str | None, query: str) -> str:
    """Return the response of a query that begins with its prompt; else all of it."""
    return query[len(prompt) :] if prompt and query.startswith(prompt) else query


def _verl(given: dict[str, Any], answer: Any) -> Call:
    return _verl_rows({name: [given.get(name)] for name in _VERL}, [answer])


def _verl_batch(given: dict[str, Any], answer: Any) -> Call:
    count = len(given["solution_strs"])
    rows = {name: list(given.get(plural) or [None] * count) for name, plural in _VERL.items()}
    return _verl_rows(rows, list(answer))


def _verl_rows(rows: dict[str, list[Any]], answers: list[Any]) -> Call:
    told = [answer if isinstance(answer, Mapping) else {"score": answer} for answer in answers]
    infos = [info if isinstance(info, Mapping) else {} for info in rows["extra_info"]]
    others = dict.fromkeys(name for one in told for name in one if name != "score")
    return Call(
        prompts=[text_of(info.get("prompt", info.get("question"))) for info in infos],
        completions=rows["solution_str"],
        proxy=[finite(one.get("score")) for one in told],
        given=rows,
        extras={name: [finite(one.get(name)) for one in told] for name in others},
        groups=[
            f"{source}/{info['index']}" if "index" in info else None
            for source, info in zip(rows["data_source"], infos, strict=True)
        ],
        evaluation=any(info.get("split") in {"test", "val", "validation"} for info in infos),
    )


_VERL = {
    "data_source": "data_sources",
    "solution_str": "solution_strs",
    "ground_truth": "ground_truths",
    "extra_info": "extra_infos",
}
_FORMS = {
    "completions": _trl,
    "queries": _openrlhf,
    "solution_str": _verl,
    "solution_strs": _verl_batch,
}
"""By an argument that only this form has."""
