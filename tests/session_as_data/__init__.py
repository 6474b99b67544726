"""A changed schema is followed by everything that runs from it, and nothing else needs a change."""
