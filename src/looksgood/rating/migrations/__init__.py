"""Steps from one form of the tables to the next; never edited once they have landed."""
