"""Output: templates become text, text is formatted, and files are written or compared."""
