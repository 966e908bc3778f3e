import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from looksgood.core.errors import DataError
from looksgood.runs.checkpoint import NAME, load_checkpoint, save_checkpoint

DTYPES = [torch.float32, torch.float64, torch.bfloat16, torch.int64, torch.uint8, torch.bool]


@given(
    st.sampled_from(DTYPES),
    st.sampled_from([(), (0,), (1,), (3, 2), (2, 0, 3)]),
)
def test_every_shape_and_dtype_comes_back(tmp_path_factory, dtype, shape):
    folder = tmp_path_factory.mktemp("checkpoint")
    tensor = (torch.arange(6)[: max(1, torch.Size(shape).numel())] % 2).to(dtype)
    tensor = tensor[: torch.Size(shape).numel()].reshape(shape)
    save_checkpoint(folder, {"a.b": tensor}, {})
    loaded, _ = load_checkpoint(folder)
    assert loaded["a.b"].dtype == dtype
    assert loaded["a.b"].shape == shape
    assert torch.equal(loaded["a.b"], tensor)


def test_numbers_in_tensors_keep_every_bit(tmp_path):
    tensor = torch.tensor([float("nan"), float("-inf"), -0.0, 1e-45])
    save_checkpoint(tmp_path, {"x": tensor}, {})
    loaded, _ = load_checkpoint(tmp_path)
    assert torch.equal(loaded["x"].view(torch.int32), tensor.view(torch.int32))


def test_tied_and_strided_weights_are_saved_apart(tmp_path):
    weight = torch.arange(6.0).reshape(2, 3).requires_grad_()
    save_checkpoint(tmp_path, {"in": weight, "out": weight, "t": weight.T, "row": weight[1]}, {})
    loaded, _ = load_checkpoint(tmp_path)
    assert torch.equal(loaded["out"], weight.detach())
    assert torch.equal(loaded["t"], weight.detach().T)
    assert loaded["row"].tolist() == [3.0, 4.0, 5.0]


def test_meta_data_are_plain_and_unknown_numbers_null(tmp_path):
    save_checkpoint(tmp_path, {}, {"step": 3, "best": float("nan"), "names": ["a", "é"]})
    assert load_checkpoint(tmp_path) == ({}, {"step": 3, "best": None, "names": ["a", "é"]})


def test_there_is_none_before_the_first(tmp_path):
    assert load_checkpoint(tmp_path) is None


def test_the_new_one_replaces_the_old(tmp_path):
    for step in range(3):
        save_checkpoint(tmp_path, {"step": torch.tensor(step)}, {"step": step})
    loaded, meta = load_checkpoint(tmp_path)
    assert (int(loaded["step"]), meta["step"]) == (2, 2)
    assert [p.name for p in tmp_path.iterdir()] == [NAME]


@pytest.mark.parametrize("damage", [lambda d: d[:40], lambda d: d[:-4], lambda d: b"\0" * 80])
def test_a_damaged_file_is_named(tmp_path, damage):
    save_checkpoint(tmp_path, {"x": torch.arange(50)}, {})
    path = tmp_path / NAME
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DataError, match=NAME):
        load_checkpoint(tmp_path)
