"""Plain Python that is copied into generated packages; nothing in the toolkit imports it.

The files are linted and type-checked here, where ``python`` stands for a package such as
``voxmodels`` and ``strategies`` for its ``v1.strategies``; copies have those names instead.
"""
