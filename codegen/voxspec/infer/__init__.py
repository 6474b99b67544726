"""Drafts a schema from what traffic showed: plain data in, files of a schema folder out."""
