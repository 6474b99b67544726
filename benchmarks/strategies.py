"""Drawing payloads: what Hypothesis takes for one of each message, as tests draw them."""

import statistics
from functools import partial
from time import perf_counter
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from benchmarks.measure import Spread, interleaved
from benchmarks.table import Table
from voxmodels.v1 import strategies

ROUNDS = 5
EXAMPLES = 500
SLOWEST = 5

_DRAWING = settings(
    max_examples=EXAMPLES,
    phases=[Phase.generate],
    database=None,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def drawing() -> Table:
    """Payloads a second of the slowest messages and of the median one, beside one integer."""
    integers = "`st.integers(0, 2**40)`, which is Hypothesis alone"
    jobs = {name: partial(rate, payloads) for name, payloads in _payloads().items()}
    for job in jobs.values():
        job()  # strategies are built when they are first drawn from
    rates = interleaved({integers: partial(rate, st.integers(0, 2**40)), **jobs}, ROUNDS)
    base = rates.pop(integers)
    by_median = sorted(rates, key=lambda name: statistics.median(rates[name]))
    shown = {integers: base}
    shown |= {f"`{name}`": rates[name] for name in by_median[:SLOWEST]}
    middle = by_median[len(by_median) // 2]
    shown[f"`{middle}`, the median of {len(by_median)} messages"] = rates[middle]
    return Table(
        ("draws payloads of", "payloads/s"),
        [(name, Spread.of(figures).text(",.0f")) for name, figures in shown.items()],
    )


def rate(values: SearchStrategy[Any]) -> float:
    """How many values a second a test gets that does nothing with them."""
    drawn = 0

    @_DRAWING
    @given(values)
    def test(_: object) -> None:
        nonlocal drawn
        drawn += 1

    start = perf_counter()
    test()
    return drawn / (perf_counter() - start)


def _payloads() -> dict[str, SearchStrategy[Any]]:
    sides = {"client": strategies.client.MESSAGES, "server": strategies.server.MESSAGES}
    return {
        f"{side}/{message.name}": message.payloads
        for side, messages in sides.items()
        for message in messages.values()
        if message.payload is not None
    }


if __name__ == "__main__":
    print(drawing().markdown())
