"""Rating by key and by click: what is pressed is what is kept."""

from looksgood.rating.pairs import NewPair
from tests.rating_visits import texts, until


def chosen_text(vote):
    """The text that won, whichever side it was on."""
    return {"first": vote.first, "second": vote.second}.get(vote.choice, vote.choice)


def test_keys_choose_the_side_they_point_at(visit):
    rating = visit(texts(4))
    wanted = []
    for key, side in (("ArrowLeft", "left"), ("ArrowRight", "right"), ("ArrowDown", ""), ("?", "")):
        prompt = rating.text("prompt")
        wanted.append(rating.text(side) if side else {"?": "cant_tell"}.get(key, "tie"))
        rating.press(key)
        rating.wait_other_prompt(prompt)
    kept = rating.wait_votes(4)
    assert [chosen_text(vote) for vote in kept] == wanted
    assert all(0 < vote.seconds < 15 for vote in kept)
    assert rating.page.get_by_role("heading", name="Nothing to rate right now").is_visible()
    assert rating.page.locator("#mine").inner_text() == "4 by you"
    assert rating.page.locator("#filled-text").inner_text() == "4 of 4"


def test_the_next_pair_is_there_before_the_server_knows_of_the_last(visit):
    rating = visit(texts(3))
    rating.text("left")
    rating.page.context.set_offline(True)
    first = rating.text("prompt")
    rating.press("ArrowLeft")
    assert rating.text("prompt") != first
    rating.page.context.set_offline(False)
    rating.wait_votes(1)


def test_buttons_do_what_keys_do(visit):
    rating = visit(texts(4))
    names = ("A is better", "B is better", "Tie", "Can’t tell")
    wanted = []
    for name in names:
        prompt = rating.text("prompt")
        side = {"A is better": "left", "B is better": "right"}.get(name)
        wanted.append(rating.text(side) if side else {"Tie": "tie"}.get(name, "cant_tell"))
        rating.page.get_by_role("button", name=name).click()
        rating.wait_other_prompt(prompt)
    assert [chosen_text(vote) for vote in rating.wait_votes(4)] == wanted


def test_a_double_click_answers_one_pair(visit):
    rating = visit(texts(3))
    rating.page.get_by_role("button", name="A is better").dblclick()
    rating.wait_votes(1)
    rating.page.wait_for_timeout(200)
    assert len(rating.votes()) == 1


def test_a_key_that_is_held_down_answers_one_pair(visit):
    rating = visit(texts(3), tags=("made up",))
    rating.text("left")
    for _ in range(5):
        rating.page.keyboard.down("ArrowLeft")  # all but the first are repeats
    rating.page.keyboard.up("ArrowLeft")
    rating.wait_votes(1)
    tag = rating.page.get_by_role("button", name="made up")
    tag.focus()
    for _ in range(4):
        rating.page.keyboard.down("Enter")
    rating.page.keyboard.up("Enter")
    assert tag.get_attribute("aria-pressed") == "true"
    assert len(rating.votes()) == 1


def test_undo_brings_the_pair_back_as_it_was(visit):
    rating = visit(texts(3))
    shown = rating.pair()
    rating.press("ArrowLeft")
    rating.wait_votes(1)
    rating.press("u")
    assert rating.pair() == shown
    rating.wait_votes(0)
    rating.press("ArrowRight")
    (vote,) = rating.wait_votes(1)
    assert chosen_text(vote) == shown["right"]
    assert rating.all_votes() == 2  # a change of mind stays on record


def test_undo_of_what_was_not_sent_yet(visit):
    rating = visit(texts(3))
    first = rating.pair()
    rating.page.context.set_offline(True)
    rating.press("ArrowLeft")
    second = rating.pair()
    rating.press("ArrowLeft", "u")
    assert rating.pair() == second
    rating.press("u")
    assert rating.pair() == first
    rating.press("ArrowRight", "ArrowRight")
    rating.page.context.set_offline(False)
    kept = rating.wait_votes(2)
    assert [chosen_text(vote) for vote in kept] == [first["right"], second["right"]]


def test_undo_after_a_reload(visit):
    rating = visit(texts(3))
    shown = rating.pair()
    rating.press("ArrowLeft")
    rating.wait_votes(1)
    rating.page.reload()
    rating.wait_prompt("Question 1?")
    rating.page.get_by_role("button", name="Undo").click()
    rating.wait_prompt("Question 0?")
    assert rating.pair() == shown
    rating.press("ArrowRight")
    (vote,) = rating.wait_votes(1)
    assert chosen_text(vote) == shown["right"]


def test_how_sure_is_asked_and_kept(visit):
    rating = visit(texts(3), asks_confidence=True)
    page = rating.page
    rating.press("3")  # nothing is chosen yet
    left = rating.text("left")
    rating.press("ArrowRight")
    assert page.get_by_role("heading", name="B is better: how sure are you?").is_visible()
    rating.press("Escape", "ArrowLeft", "4")
    rating.wait_prompt("Question 1?")
    page.get_by_role("button", name="Tie").click()
    page.get_by_role("button", name="1 a guess").click()
    rating.wait_prompt("Question 2?")
    rating.press("?")  # who cannot tell is not asked how sure that is
    kept = rating.wait_votes(3)
    assert [vote.confidence for vote in kept] == [4, 1, None]
    assert chosen_text(kept[0]) == left


def test_the_source_is_shown_after_the_first_impression(visit):
    rating = visit(texts(2, source="What the answers are about."), asks_impression=True)
    page = rating.page
    shown = rating.pair()
    assert page.locator("#source").is_hidden()
    assert "What the answers are about." not in page.locator("main").inner_text()
    rating.press("ArrowLeft")
    assert rating.text("source") == "What the answers are about."
    page.reload()  # what was seen is not asked for again as if it had not been
    assert rating.text("source") == "What the answers are about."
    assert "Your first impression: A is better" in page.locator("#bar-title").inner_text()
    rating.press("ArrowRight")
    rating.wait_prompt("Question 1?")
    assert page.locator("#source").is_hidden()
    (vote,) = rating.wait_votes(1)
    assert chosen_text(vote) == shown["right"]
    assert {vote.choice, vote.impression} == {"first", "second"}
    # undone: the final choice is asked for again, the impression stays
    rating.press("u")
    rating.wait_prompt("Question 0?")
    assert page.locator("#source").is_visible()
    rating.press("ArrowDown")
    (vote,) = rating.wait_votes(1)
    assert vote.choice == "tie"
    assert vote.impression in ("first", "second")


def test_reasons_and_a_note(visit):
    tags = ("made up", "off topic", *(f"reason {n}" for n in range(8)))
    rating = visit(texts(2), tags=tags)
    page = rating.page
    rating.text("left")
    rating.press("1", "2", "1", "a")  # the first is ticked and unticked; "a" is the tenth
    page.get_by_role("button", name="reason 0").click()
    rating.press("n")
    page.keyboard.type("u? 1 2 -> n")  # keys do nothing while a note is written
    rating.press("ArrowLeft", "ArrowDown", "Escape", "ArrowRight")
    (vote,) = rating.wait_votes(1)
    assert vote.tags == ("off topic", "reason 7", "reason 0")
    assert vote.note == "u? 1 2 -> n"
    rating.wait_prompt("Question 1?")
    assert page.locator("#note").input_value() == ""
    rating.press("u")
    rating.wait_prompt("Question 0?")
    assert page.locator("#note").input_value() == "u? 1 2 -> n"
    assert page.locator("#tags [aria-pressed=true]").count() == 3


def test_instructions_are_open_until_the_first_answer(visit):
    rating = visit(texts(3), instructions="Choose what is true.\nNot what is long.")
    text = rating.page.get_by_text("Not what is long.")
    text.wait_for()
    rating.press_when_shown("ArrowLeft")
    rating.wait_votes(1)
    assert text.is_hidden()
    rating.page.locator("#instructions summary").click()
    rating.page.reload()
    text.wait_for()


def test_time_stands_while_nobody_looks(visit):
    rating = visit(texts(2))
    rating.text("left")
    rating.hide(True)
    rating.page.wait_for_timeout(1500)
    rating.hide(False)
    rating.press("ArrowLeft")
    (vote,) = rating.wait_votes(1)
    assert vote.seconds < 1.4


def test_a_page_with_nothing_to_rate_asks_again(visit, site):
    rating = visit([])
    rating.page.get_by_role("heading", name="Nothing to rate right now").wait_for()
    site.add(rating.campaign, [NewPair("New?", "yes", "no")])
    rating.wait_prompt("New?", seconds=10)


def test_a_closed_campaign_says_so_after_the_answer(visit, site):
    rating = visit(texts(2), stop_after=1)
    rating.press_when_shown("ArrowLeft")
    rating.page.get_by_role("heading", name="This campaign is closed").wait_for()
    rating.wait_votes(1)


def test_a_pair_brought_back_stays_though_the_campaign_closed(visit):
    rating = visit(texts(2), stop_after=1)
    shown = rating.pair()
    rating.press("ArrowLeft")
    rating.page.get_by_role("heading", name="This campaign is closed").wait_for()
    rating.page.get_by_role("button", name="Undo").click()
    rating.wait_votes(0)
    rating.page.wait_for_timeout(300)  # the server has been asked, and hands out nothing
    assert rating.pair() == shown
    rating.press("ArrowRight")
    (vote,) = rating.wait_votes(1)
    assert chosen_text(vote) == shown["right"]


def test_how_did_i_do_is_offered_when_it_is_due(visit):
    rating = visit(texts(3), tell_after=2)
    link = rating.page.get_by_role("link", name="How did I do?")
    rating.press_when_shown("ArrowLeft")
    rating.wait_votes(1)
    assert link.is_hidden()
    rating.press_when_shown("ArrowLeft")
    link.wait_for()
    rating.wait_votes(2)
    link.click()
    rating.page.wait_for_url("**/told")


def test_whoever_was_shut_out_is_told(visit, site):
    rating = visit(texts(3))
    rating.text("left")
    site.revoke(rating.campaign)
    rating.press("ArrowLeft")
    rating.page.get_by_role("heading", name="You are not let in").wait_for()
    assert "1 waiting to be saved" in rating.page.locator("#state-text").inner_text()
    rating.press("ArrowLeft", "ArrowRight")  # of nothing that could be seen
    assert rating.waiting() == 1
    rating.page.goto(site.link(rating.campaign))  # let in again
    until(lambda: len(rating.votes()) == 1, "the vote came", 10, rating.page)
