"""The report as one page for a browser: what was found, with the frames, and what went on when."""
