"""The documents say what the code does: their code runs, their tables are the code's."""

import ast
import re
import runpy
import sys
import tomllib
from pathlib import Path

import pytest
import torch

from looksgood.core.protocols import Rater, World
from looksgood.core.seeds import Seed
from looksgood.core.spec import kinds, load_kind
from looksgood.raters import BLIND_SPOTS
from looksgood.worlds.almanac.spec import AlmanacSpec

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("*.md"))
EXTEND = (DOCS / "extend.md").read_text(encoding="utf-8")
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def blocks(language: str, text: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def sections() -> dict[str, list[str]]:
    """The guide's code by heading."""
    parts = re.split(r"^## (.*)$", EXTEND, flags=re.MULTILINE)
    return {
        name: blocks("python", text) for name, text in zip(parts[1::2], parts[2::2], strict=True)
    }


# ---- extend.md


def test_the_guides_code_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "my_package"}
    for name, codes in sections().items():
        assert len(codes) == 2
        for code in codes:
            exec(compile(code, f"docs/extend.md, {name}", "exec"), names)


@pytest.mark.parametrize("name", sections())
def test_ten_lines_are_enough(name):
    code, _ = sections()[name]
    tree = ast.parse(code)
    free = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    free += [
        node.body[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and ast.get_docstring(node)
    ]
    lines = {number for number, line in enumerate(code.splitlines(), 1) if line.strip()}
    for node in free:
        lines -= set(range(node.lineno, node.end_lineno + 1))
    definitions = {
        n.lineno for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef)
    }
    assert 5 <= len(lines - definitions) <= 10


@pytest.fixture
def my_package(tmp_path, monkeypatch):
    """The guide's package with its entry points, as `pip install` would leave it."""
    code = [part[0] for name, part in sections().items() if name != "A model"]
    (tmp_path / "my_package.py").write_text("\n".join(code))
    about = tmp_path / "my_package-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: my-package\nVersion: 1.0\n")
    (toml,) = blocks("toml", EXTEND)
    groups = tomllib.loads(toml)["project"]["entry-points"]
    lines = []
    for group, points in groups.items():
        lines += [f"[{group}]", *(f"{name} = {where}" for name, where in points.items())]
    (about / "entry_points.txt").write_text("\n".join(lines))
    monkeypatch.syspath_prepend(tmp_path)
    kinds.cache_clear()
    yield groups
    sys.modules.pop("my_package", None)
    kinds.cache_clear()


def test_the_guides_entry_points_are_found(my_package):
    assert my_package.keys() == {"looksgood.raters", "looksgood.worlds"}
    world = load_kind("worlds", "echo")().build(Seed(("docs",)))
    assert isinstance(world, World)
    rater = load_kind("raters", "impressed")().build(world.weights)
    assert isinstance(rater, Rater)


# ---- tables


@each_page
def test_tables_are_those_of_the_code(page):
    made = runpy.run_path(str(DOCS / "generate.py"))["generated"]
    text = page.read_text(encoding="utf-8")
    assert made(text) == text, f"docs/{page.name} is behind the code: run `make docs`"


def test_the_worlds_page_holds_every_table():
    tables = runpy.run_path(str(DOCS / "generate.py"))["TABLES"]
    text = (DOCS / "worlds.md").read_text(encoding="utf-8")
    assert set(re.findall(r"<!-- generated: (\w+) -->", text)) == set(tables)
    rows = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    gold = AlmanacSpec().gold.model_dump()
    assert set(gold) <= set(rows)
    assert set(BLIND_SPOTS) <= set(rows)


def test_a_changed_default_would_be_noticed():
    made = runpy.run_path(str(DOCS / "generate.py"))["generated"]
    text = (DOCS / "worlds.md").read_text(encoding="utf-8")
    changed = text.replace("| `harm` | −", "| `harm` | −9")
    assert changed != text
    assert made(changed) == made(text) != changed


@each_page
def test_links_lead_somewhere(page):
    for link in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert "://" in link or (page.parent / link).is_file(), link


# ---- glossary: which gradient is right


def test_the_glossarys_gradients_by_enumeration():
    """One token from five: every expectation under π is a sum."""
    draw = Seed(("glossary",)).torch()
    logits = torch.randn(5, generator=draw, dtype=torch.float64, requires_grad=True)
    base = torch.randn(5, generator=draw, dtype=torch.float64).log_softmax(0)
    logp = logits.log_softmax(0)
    p, ratio = logp.exp(), (logp - logp.detach()).exp()
    k1 = logp - base
    k3 = torch.expm1(-k1) + k1

    def gradient(value: torch.Tensor) -> torch.Tensor:
        return torch.autograd.grad(value, logits, retain_graph=True)[0]

    def on_samples(each: torch.Tensor) -> torch.Tensor:
        """The gradient of a mean over samples, whose distribution is not differentiated."""
        return gradient((p.detach() * each).sum())

    right = gradient((p * k1).sum())
    other_way = gradient((base.exp() * -k1).sum())
    torch.testing.assert_close(on_samples(k1.detach() * logp), right)
    torch.testing.assert_close(on_samples(k1.square() / 2), right)
    torch.testing.assert_close(on_samples(k3 * ratio), right)
    torch.testing.assert_close(on_samples(k3), other_way)
    assert not torch.allclose(other_way, right, rtol=0.1)
    torch.testing.assert_close(on_samples(k1), torch.zeros_like(right))
