from looksgood.rating.campaign import CampaignSpec
from looksgood.rating.campaigns import begin_campaign, campaign_named


def test_opens(database):
    with database.writing() as connection:
        begin_campaign(connection, CampaignSpec(name="a"))
    with database.reading() as connection:
        assert campaign_named(connection, "a").spec.name == "a"
