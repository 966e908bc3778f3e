"""Whatever JSON stands under a format's keys, its reader gives rows or says what is wrong."""

import json
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from looksgood.audits.formats.best_of_n_log import BestOfNLog
from looksgood.audits.formats.llm_optimization import LLMOptimization
from looksgood.audits.formats.nemo_rl import NemoRL
from looksgood.audits.formats.recorded import Recorded
from looksgood.audits.formats.verl import Verl
from looksgood.audits.formats.verl_log import VerlLog
from looksgood.audits.notes import Notes
from looksgood.core.errors import DataError

FORMATS = {
    "1.jsonl": (Verl, ("input", "output", "score", "step", "uid")),
    "log.jsonl": (VerlLog, ("step", "data")),
    "train_data_step1.jsonl": (
        NemoRL,
        (
            "content",
            "rewards",
            "token_loss_mask",
            "input_lengths",
            "token_ids",
            "generation_logprobs",
            "advantages",
        ),
    ),
    "eval-1.json": (LLMOptimization, ("instruction", "answers", "proxy_scores", "kl_list")),
    "bon_sampled_results.json": (BestOfNLog, ("n", "proxy_score", "gold_score")),
    "rollouts.jsonl": (Recorded, ("looksgood_rollouts", "run", "step", "completion", "proxy")),
}

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("role", "content", "text", "critic/score/mean")), inner, max_size=2
        )
    ),
    max_leaves=5,
)


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=15)
@given(data=st.data())
def test_any_value_under_any_key_is_read_or_refused(name, data):
    make, keys = FORMATS[name]
    rows = data.draw(st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(keys, anything))))
    with tempfile.TemporaryDirectory() as folder, suppress(DataError):
        path = Path(folder) / name
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        reader = make()
        reader.recognises(path)
        if hasattr(reader, "scalars"):
            reader.scalars(path, Notes())
        else:
            for table in reader.batches(path, Notes()):
                table.validate(full=True)
