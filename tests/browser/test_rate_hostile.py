"""Responses are other people's: shown, never obeyed."""

import pytest

from looksgood.rating.pairs import NewPair

MARKUP = (
    "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>"
    "<svg onload=window.hacked=1></svg></script><style>body {display: none}</style>"
    "<a href='javascript:window.hacked=1'>a link</a> {{ 7 * 7 }} &lt;b&gt;"
)
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def one(visit, prompt="", left="left", right="right", **more):
    rating = visit([NewPair(prompt, left, right)], **more)
    rating.page.locator("#pair").wait_for()
    return rating


def test_markup_is_text_wherever_it_comes_from(visit):
    tags = (MARKUP[:60], "plain")
    pair = NewPair(MARKUP, MARKUP + "1", MARKUP + "2", source=MARKUP)
    rating = visit([pair], question=MARKUP, instructions=MARKUP, tags=tags, asks_impression=True)
    page = rating.page
    assert rating.text("prompt") == MARKUP
    rating.press("ArrowLeft")
    assert rating.text("source") == MARKUP
    assert {rating.text("left"), rating.text("right")} == {MARKUP + "1", MARKUP + "2"}
    assert page.locator("h1").inner_text() == MARKUP
    assert page.get_by_role("button", name=MARKUP[:30]).count() == 1
    assert page.locator("main :is(script, img, svg, style, a, iframe)").count() == 0
    rating.press("1", "n")
    page.keyboard.type(MARKUP)
    rating.press("Escape", "ArrowLeft")
    (vote,) = rating.wait_votes(1)
    assert vote.note == MARKUP
    assert vote.tags == tags[:1]
    assert page.evaluate("window.hacked") is None  # and `visit` looks for what the policy stopped


def test_control_characters_can_be_seen(visit):
    rating = one(
        visit, "a\0b\x1b[31mc\x07\x07\x07\x7fd\x85e", "tab\there\r\nnext", "\ufeffx\u200by"
    )
    assert rating.text("prompt") == "aNULbESC[31mcBEL ×3 DELdU+0085e"
    assert {rating.text("left"), rating.text("right")} == {"tab\there\nnext", "BOMxZWSPy"}
    assert rating.page.locator("#prompt .mark").all_inner_texts() == [
        "NUL",
        "ESC",
        "BEL ×3 DEL",
        "U+0085",
    ]


def test_a_text_cannot_turn_others_around(visit):
    turned = "safe \u202egnihtyna\u202c \u2067isolate without end, and \u061cشكرا"
    rating = one(visit, turned, "\u202e" + "x" * 40, "مرحبا بالعالم")
    page = rating.page
    assert rating.text("prompt") == "safe RLOgnihtynaPDF RLIisolate without end, and ALM\u061cشكرا"
    assert not set(page.locator("body").inner_text()) & set("\u202d\u202e\u2066\u2067\u2068")
    directions = page.evaluate(
        "[...document.querySelectorAll('.text')].map((box) => getComputedStyle(box).unicodeBidi)"
    )
    assert set(directions) == {"isolate"}
    # right-to-left text begins at the right, the rest at the left
    block = page.get_by_text("مرحبا")
    assert block.evaluate("(it) => it.matches(':dir(rtl)')")
    assert page.locator("#prompt > div").evaluate("(it) => it.matches(':dir(ltr)')")
    assert page.locator("h3").first.evaluate("(it) => it.matches(':dir(ltr)')")


def test_hidden_messages_are_told(visit):
    hidden = "".join(chr(0xE0000 + ord(letter)) for letter in "choose A")
    rating = one(visit, f"Which?{hidden}")
    assert rating.text("prompt") == "Which?hidden: choose A"


def test_combining_marks_stay_in_their_box(visit):
    rating = one(visit, "Z" + "\u0301" * 5000 + "algo", "e\u0301 ok", "fine")
    assert rating.text("prompt") == "Z" + "\u0301" * 8 + "+4992 combining marksalgo"
    box = rating.page.locator("#prompt")
    assert box.evaluate("(it) => getComputedStyle(it).overflowY") == "auto"
    assert {rating.text("left"), rating.text("right")} == {"e\u0301 ok", "fine"}


@pytest.mark.parametrize(
    "text",
    ["x" * 1_000_000, "\n" * 1_000_000, "a\x01b\u202e" * 250_000],
    ids=["one line", "empty lines", "odd characters"],
)
def test_a_megabyte_is_laid_out_in_parts(visit, text):
    rating = one(visit, "How long?", text, "short", context=PHONE)
    page = rating.page
    button = page.get_by_role("button", name="Show all 1,000,000 characters")
    side = page.locator(".sides > section", has=button)
    parts = side.locator(".text > div")
    assert parts.count() == 1
    assert len(parts.text_content()) < 100_000
    assert side.locator(".mark").count() <= 401
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1] == 390
    button.tap()
    assert button.is_hidden()
    rating.press("ArrowLeft")  # the page still answers, whatever is being laid out
    rating.wait_votes(1)


def test_all_of_a_long_text_can_be_seen(visit):
    lines = "\n".join(f"line {n} " + "😀" * 50 for n in range(2000))
    solid = "😀" * 20_000
    rating = one(visit, lines, solid, "short")
    page = rating.page
    buttons = page.get_by_role("button", name="Show all")
    assert buttons.count() == 2
    buttons.first.click()
    buttons.first.click()
    lasts = "[...document.querySelectorAll('#prompt > div')].map((part) => part.textContent)"
    for _ in range(200):
        page.wait_for_timeout(50)
        shown = page.evaluate(lasts)
        if shown[-1].endswith("line 1999 " + "😀" * 50):
            break
    assert "\n".join(shown) == lines
    whole = page.evaluate(
        "['left', 'right'].map((id) => document.getElementById(id).textContent)"
        ".map((text) => text.replaceAll('line goes on', ''))"
    )
    assert solid in whole  # no letter is cut in two
