"""The owner's page in a browser: figures stay fresh, people are invited and shut out."""

import pytest

from looksgood.rating.people import an_owner
from looksgood.web.tokens import link
from tests.rating_visits import SECRET, texts, until, watched


@pytest.fixture
def owner(chromium, site):
    """Open the owner's page of a new campaign: `owner(campaign, context settings...)`."""
    visits = []

    def open_page(campaign, **context):
        with site.database.writing() as connection:
            address = link(site.address, SECRET, an_owner(connection))
        visit = watched(chromium.new_context(**context), campaign, site.database)
        visits.append(visit)
        visit.page.clock.install()
        visit.page.goto(address)
        visit.page.get_by_role("link", name=campaign.spec.name, exact=True).click()
        visit.page.get_by_role("heading", name="Invitations").wait_for()
        visit.page.wait_for_load_state()  # its looks too
        return visit

    yield open_page
    for each in visits:
        each.check()
        each.page.context.close()


def refreshed(watching, part, text):
    """Let the page's clock run until it shows that."""

    def shows():
        watching.page.clock.run_for(10_000)
        return text in watching.page.locator(part).inner_text()

    until(shows, f"{part} shows {text!r}", 20, watching.page)


def test_figures_stay_fresh_and_what_is_typed_stays(site, visit, owner):
    rating = visit(texts(4))
    watching = owner(rating.campaign)
    page = watching.page
    assert "0 of 4 wanted votes are in" in page.locator("#progress").inner_text()
    page.get_by_label("Invite raters").fill("Grace")
    rating.press("ArrowLeft")
    rating.wait_votes(1)
    refreshed(watching, "#progress", "1 of 4 wanted votes are in")
    refreshed(watching, "#raters", "Ada")
    assert page.get_by_label("Invite raters").input_value() == "Grace"
    rating.wait_other_prompt("")
    rating.press("ArrowLeft")
    rating.wait_votes(2)
    refreshed(watching, "#progress", "2 of 4 wanted votes are in")


def test_whoever_is_invited_on_the_page_can_rate_until_revoked(site, chromium, owner):
    campaign = site.campaign(texts(4))
    page = owner(campaign).page
    page.get_by_label("Invite raters").fill("Grace\nEdsger")
    page.get_by_role("button", name="Invite").click()
    row = page.get_by_role("row").filter(has_text="Grace")
    address = row.locator("code").inner_text()
    assert address.startswith(f"{site.address}/join/")
    grace = watched(chromium.new_context(), campaign, site.database)
    grace.page.goto(address)
    prompt = grace.text("prompt")
    row.get_by_role("button", name="Revoke Grace").click()
    page.get_by_text("no: revoked").wait_for()
    grace.press("ArrowLeft")
    grace.wait_other_prompt(prompt)
    until(lambda: "let" in grace.page.locator("body").inner_text(), "told", 5, grace.page)
    assert grace.votes() == []
    grace.page.goto(address)
    grace.page.get_by_role("heading", name="You are not let in").wait_for()
    grace.check()
    grace.page.context.close()


def test_a_campaign_is_closed_by_its_button(site, owner):
    campaign = site.campaign(texts(2))
    page = owner(campaign).page
    page.get_by_role("button", name="Close").click()
    page.get_by_text("the campaign is closed").wait_for()
    page.get_by_role("button", name="Open again").click()
    page.get_by_text("the campaign is open").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_scrolls_tables_and_never_the_page(site, owner, scheme):
    campaign = site.campaign(texts(2), question="W" * 300)
    page = owner(campaign, viewport={"width": 360, "height": 700}, color_scheme=scheme).page
    for place in ("", "/owner"):
        if place:
            page.goto(site.address + place)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide == 0, place
