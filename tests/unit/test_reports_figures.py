import pytest

from looksgood.measures.curves import curves
from looksgood.reports import sweep_figures
from looksgood.reports.figures import draw
from tests.reports_tables import points

NAMES = ("$x^2", "_hidden", "</noscript><script>alert(1)</script>", "a--b")


def few(arm="ordinary", seeds=(0, 1), betas=(), **more):
    """Few points and two channels: drawing is slow."""
    rows = [r for seed in seeds for r in points(arm, seed, betas=betas, best_of=(4,))]
    dropped = ("channel.claim_true", "channel.words", "channel.citations_fabricated")
    return [{k: v for k, v in row.items() if k not in dropped} | more for row in rows]


@pytest.mark.slow
def test_every_figure_is_written_as_png_and_svg(tmp_path):
    written = draw(tmp_path, curves(few(betas=(0.1, 0.0))))
    assert list(written) == ["curves", "gaps", "channels", "final_kl", "path", "trajectories"]
    for path in written.values():
        assert path.with_suffix(".png").read_bytes().startswith(b"\x89PNG")
        assert path.read_text().rstrip().endswith("</svg>")


@pytest.mark.slow
def test_equal_tables_give_equal_files_and_what_was_not_measured_has_none(tmp_path):
    rows = [{k: v for k, v in row.items() if not k.startswith("channel.")} for row in few()]
    first, second = (draw(tmp_path / name, curves(rows)) for name in "ab")
    assert list(first) == ["curves", "gaps"]
    for name, path in first.items():
        assert path.read_bytes() == second[name].read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize(("rate", "is_drawn"), [(0.01, True), (1e-9, False)])
def test_what_policies_say_is_drawn_where_it_was_asked_of_them(rate, is_drawn):
    rows = few(betas=(0.0,), **{"channel.bribe.chance": rate})
    figure = sweep_figures.FIGURES["sayings"](curves(rows))
    assert (figure is not None) == is_drawn
    if figure is not None:
        assert [axes.get_title() for axes in figure.axes] == ["bribe"]


@pytest.mark.slow
def test_any_name_can_be_drawn_and_none_can_leave_the_picture(tmp_path):
    rows = [row for arm in NAMES for row in few(arm, seeds=(0,), gold=None)]
    svg = draw(tmp_path, curves(rows))["curves"].read_text()
    assert "<script" not in svg
    assert "</noscript" not in svg


def test_no_points_give_no_figure_and_no_folder(tmp_path):
    assert draw(tmp_path / "none", []) == {}
    assert not (tmp_path / "none").exists()
