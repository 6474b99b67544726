"""Loading: YAML files are read, checked against the dialect, and resolved into the model."""
