"""Rules that a schema can break and still be read: found, suppressed for a reason, and mended."""
