"""Writes findings and their summary, a module for each format: for people, for programs, and for what
shows them beside the code of a change."""
