"""One hypothesis profile for all tests: the same examples every time, no deadlines."""

from hypothesis import settings

# torch's lazy imports break deadlines
settings.register_profile("looksgood", deadline=None, derandomize=True, max_examples=40)
settings.load_profile("looksgood")
