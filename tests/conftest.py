"""Settings that all tests share."""

import os

from hypothesis import HealthCheck, settings

# Whoever runs the tests may have to use a proxy; the tests talk to this machine alone, also with
# clients of libraries that would use it then. Tests of proxies set their own.
for _name in [name for name in os.environ if name.lower().endswith("_proxy")]:
    del os.environ[_name]

# Everywhere: no deadline, because a slow machine is not a bug. The repeatable profile also draws the
# same examples in every run, so that a failure in one change was made by that change.
settings.register_profile(
    "repeatable",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "fuzz",
    deadline=None,
    max_examples=1000,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("repeatable")
