"""Checks long captures quickly."""
