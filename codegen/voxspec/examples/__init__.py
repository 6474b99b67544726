"""Judging what a schema shows: examples, defaults and conditions, against what it says."""
