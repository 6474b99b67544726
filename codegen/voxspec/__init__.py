"""The spec toolkit: load a message protocol's schema files, check them, and make things of them.

The stages are ``load`` (YAML with positions), ``resolve`` (the immutable model), the targets
(which files a target plans, from the model) and ``write`` (the only stage that touches disk).
Nothing in here knows the name of any protocol.
"""

__version__ = "0.1.0"
