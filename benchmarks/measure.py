"""Interleaved timing: every contender runs once in every round, so that a slow moment hits all."""

import gc
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeVar

Result = TypeVar("Result")


class Spread(NamedTuple):
    """The median of some figures, and the quartiles: half of the figures lie between them."""

    median: float
    lower: float
    upper: float

    @classmethod
    def of(cls, figures: Sequence[float]) -> "Spread":
        """The spread of at least two figures."""
        lower, median, upper = statistics.quantiles(figures, n=4, method="inclusive")
        return cls(median, lower, upper)

    def text(self, format_spec: str = ".2f") -> str:
        """As `median (lower-upper)`."""
        return (
            f"{self.median:{format_spec}} ({self.lower:{format_spec}}-{self.upper:{format_spec}})"
        )


def interleaved(jobs: Mapping[str, Callable[[], Result]], rounds: int) -> dict[str, list[Result]]:
    """Run every job once a round; give each job's results, in the order of the rounds."""
    results: dict[str, list[Result]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            results[name].append(job())
    return results


def loop_seconds(
    function: Callable[[bytes], object], inputs: Sequence[bytes], repeats: int
) -> float:
    """Seconds that one pass over `inputs` takes, from `repeats` passes in a row."""
    gc.collect()
    start = time.perf_counter()
    for _ in range(repeats):
        for item in inputs:
            function(item)
    return (time.perf_counter() - start) / repeats


def repeats_for(seconds_of_one_pass: float, sample: float = 0.05) -> int:
    """How many passes make a sample of at least `sample` seconds."""
    return max(1, round(sample / seconds_of_one_pass))


def ratios(figures: Sequence[float], base: Sequence[float]) -> Spread:
    """How many times the base each figure is, compared within its own round."""
    return Spread.of([figure / other for figure, other in zip(figures, base, strict=True)])
