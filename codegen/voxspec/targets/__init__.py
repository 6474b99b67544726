"""The targets: each plans its files, ``{path below generated/: text}``, from the model alone."""
