"""Usable by everybody: keyboard alone, screen readers, phones, dark and light."""

import re

import pytest

from looksgood.rating.pairs import NewPair
from tests.rating_visits import texts

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LONG = "A line that goes on for a while, so that it takes some room.\n" * 60

# every visible text with its colours: (text, ratio)
CONTRAST = """() => {
  const channel = (c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const numbers = (css) => css.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = numbers(getComputedStyle(at).backgroundColor);
      if (color.length < 4 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || !element.checkVisibility({visibilityProperty: true})) continue;
    const [a, b] = [numbers(getComputedStyle(element).color), behind(element)].map(light);
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    found.push([element.textContent.trim().slice(0, 40), ratio]);
  }
  return found;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_enough_contrast(visit, scheme):
    rating = visit(
        texts(3, source="A source\0 with an odd character."),
        context={"color_scheme": scheme},
        instructions="Choose well.",
        tags=("made up", "off topic"),
        asks_confidence=True,
    )
    page = rating.page
    rating.text("left")
    rating.press("1")
    page.locator("#keys summary").click()
    page.route("**/vote", lambda route: route.fulfill(status=503, json={"error": "not now"}))
    seen = page.evaluate(CONTRAST)
    rating.press("ArrowLeft")
    seen += page.evaluate(CONTRAST)
    rating.press("3")
    rating.text("waiting")
    seen += page.evaluate(CONTRAST)
    names = {name for name, _ in seen}
    assert {"Prompt", "made up 1", "1 waiting to be saved", "NUL"} <= names
    assert [(name, ratio) for name, ratio in seen if ratio < 4.5] == []
    page.unroute("**/vote")
    rating.wait_votes(1, seconds=40)


def test_the_tree_that_screen_readers_get(visit):
    rating = visit(texts(2), instructions="Choose well.", tags=("made up",))
    rating.text("left")
    tree = rating.page.locator("body").aria_snapshot()
    for line in (
        '- link "Skip to the pair"',
        "- banner:",
        '- heading "Which response is better?" [level=1]',
        '- timer "Time on this pair"',
        "- main:",
        '- region "Two responses to compare"',
        '- region "Prompt":',
        '- region "A":',
        '- region "B":',
        '- group "Reasons, before you choose":',
        '- button "made up 1"',
        '- textbox "Note N"',
        '- region "Your choice":',
        '- button "← A is better"',
        '- button "Tie ↓"',
        '- button "Can’t tell ?"',
        '- button "B is better →"',
        '- button "Undo U" [disabled]',
        '- log "What happened"',
    ):
        assert line in tree, f"{line} in\n{tree}"
    assert re.search(r'progressbar "Campaign', tree)
    assert rating.page.locator("html").get_attribute("lang") == "en"


def test_what_happens_is_announced(visit):
    rating = visit(texts(3), asks_confidence=True)
    rating.text("left")
    log = rating.page.get_by_role("log")
    assert log.get_attribute("aria-live") == "polite"
    assert "New pair" in rating.said()
    rating.press("ArrowLeft")
    assert rating.focus() == "bar-title"  # which reads: A is better: how sure are you?
    rating.press("2")
    rating.wait_votes(1)
    assert "Saved: A is better." in rating.said()
    assert rating.focus() == "pair-title"
    rating.press("u")
    rating.wait_votes(0)
    assert "Taken back: A is better." in rating.said()
    assert log.locator("p").count() <= 4


def test_a_keyboard_alone_is_enough(visit):
    rating = visit(texts(2), tags=("made up",))
    page = rating.page
    rating.text("left")
    met = []
    for _ in range(40):
        page.keyboard.press("Tab")
        met.append(page.evaluate("document.activeElement.textContent.trim()"))
        if "B is better" in met[-1]:
            break
    assert any("made up" in name for name in met)
    assert any("A is better" in name for name in met)
    page.keyboard.press("Enter")
    rating.wait_votes(1)
    # and round the page without being caught anywhere
    rounds = [rating.tabbed() for _ in range(60)]
    assert len(rounds) > len(set(rounds)) > 6
    assert rounds.count("note") >= 2


def test_a_text_that_scrolls_is_scrolled_by_keys(visit):
    rating = visit([NewPair("p", LONG + "1", LONG + "2"), NewPair("q", "a", "b")])
    page = rating.page
    box = page.locator("#left")
    rating.text("left")
    page.wait_for_timeout(100)
    assert box.get_attribute("tabindex") == "0"
    assert page.locator("#prompt").get_attribute("tabindex") is None  # nothing to scroll
    box.focus()
    rating.press("ArrowDown", "ArrowDown")
    for _ in range(100):
        page.wait_for_timeout(20)
        if box.evaluate("(it) => it.scrollTop") > 0:
            break
    assert box.evaluate("(it) => it.scrollTop") > 0
    assert rating.votes() == []
    rating.press("ArrowLeft")
    rating.wait_votes(1)


def test_keys_can_be_turned_off(visit):
    rating = visit(texts(2))
    page = rating.page
    rating.text("left")
    page.locator("#keys summary").click()
    page.get_by_label("Answer by keys").uncheck()
    page.reload()
    rating.text("left")
    rating.press("ArrowLeft", "u", "?")
    page.wait_for_timeout(200)
    assert rating.waiting() == 0
    assert rating.votes() == []


def test_a_phone(visit):
    rating = visit(
        texts(1, source=LONG) + texts(3)[1:],
        context=PHONE,
        instructions=LONG,
        tags=tuple(f"a reason of some length, number {n}" for n in range(12)),
        asks_confidence=True,
        asks_impression=True,
    )
    page = rating.page

    def fits():
        scroll, width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert scroll <= width == 390

    def reachable(names):
        for name in names:
            box = page.get_by_role("button", name=name).bounding_box()
            assert box["height"] >= 44
            assert box["width"] >= 44
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= 844  # the bar stays in sight

    rating.text("left")
    choices = ("A is better", "B is better", "Tie", "Can’t tell")
    fits()
    reachable(choices)
    left, right = (page.locator(f"#{side}-card").bounding_box() for side in ("left", "right"))
    assert right["y"] >= left["y"] + left["height"]  # one below the other
    page.get_by_role("button", name="B is better").tap()
    rating.text("source")
    fits()
    page.get_by_role("button", name="A is better").tap()
    fits()
    reachable(("1 a guess", "5 certain", "Undo"))
    page.get_by_role("button", name="5 certain").tap()
    (vote,) = rating.wait_votes(1)
    assert vote.confidence == 5
    rating.wait_prompt("Question 1?")
    fits()
    reachable((*choices, "Undo"))
    page.set_viewport_size({"width": 320, "height": 568})
    scroll, width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert scroll <= width == 320
