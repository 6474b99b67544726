"""Curves and counts of bounded length."""

import math

from voxwire.report.html.series import Bins, Series


def test_few_points_are_all_there() -> None:
    series = Series()
    for number in range(399):
        series.add(number, number * 2)
    assert [tuple(point) for point in series.points] == [(n, n * 2) for n in range(399)]


def test_of_many_points_the_highest_stay() -> None:
    series = Series()
    for number in range(100_000):
        series.add(number, 999 if number == 54_321 else number % 7)
    assert len(series.points) == 391  # one of 256 each
    assert (54_321, 999) in series.points
    xs = [point.x for point in series.points]
    assert xs == sorted(xs)


def test_every_count_stays_while_stretches_grow() -> None:
    bins = Bins(2)
    for number in range(10_000):
        bins.add(number / 10, number % 2)
    assert [sum(counts) for counts in bins.counts] == [5000, 5000]
    assert [len(counts) for counts in bins.counts] == [240, 240]
    assert 240 * bins.width > 999.9 >= 120 * bins.width
    assert bins.counts[0][0] == len([n for n in range(0, 10_000, 2) if n / 10 < bins.width])


def test_odd_times() -> None:
    bins = Bins(1)
    for x in (-5.0, math.nan, math.inf, 1e300, 0.0):
        bins.add(x, 0)
    assert sum(bins.counts[0]) == 3
