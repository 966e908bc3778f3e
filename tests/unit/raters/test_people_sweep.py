"""kl-sweep with people as raters: asked once, waited for, resumed, and never given a score."""

import json

import pytest
from sqlalchemy import select

from looksgood.core.errors import ConfigError
from looksgood.preferences.files import read_comparisons
from looksgood.rating.campaigns import campaign_named
from looksgood.rating.database import open_database
from looksgood.rating.schema import pairs
from looksgood.rating.standing import standing_votes
from looksgood.reports.page import render
from looksgood.runs import RunFolder
from tests.people import Rating, longer, rate_all
from tests.sweeps import run_tiny, tables
