"""How faults are written, and what mistakes in that are answered with."""

from __future__ import annotations

import pytest

from voxwire.live.mock.engine.faults import FaultError, fault_help, parse_fault


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("dorp:every=3", "unknown fault 'dorp' (did you mean 'drop'? there are: drop, close, "),
        ("nonsense", "unknown fault 'nonsense' (there are: drop, "),
        ("drop:evry=3", "unknown parameter of drop 'evry' (did you mean 'every'? there are: "),
        ("skip:on=resume", "unknown parameter of skip 'on' (there are: every, after, times)"),
        ("drop", "drop needs every or after or on: when it acts"),
        ("drop:every=0", "every must be a number from 1 upwards; got '0'"),
        ("drop:every=x", "every must be a number from 1 upwards; got 'x'"),
        ("drop:every=2,every=3", "every is given twice"),
        ("drop:every=2,after=3", "every and after exclude each other"),
        ("drop:on=ready", "unknown value of on 'ready' (there are: identify, resume)"),
        ("close:after=2", "close needs code: the close code, or its name in the protocol"),
        ("close:after=2,code=12", "unknown close code '12' (there are: NORMAL, "),
        (
            "close:after=2,code=1006",
            "close code 1006 cannot be sent; to lose a connection use drop",
        ),
        ("delay:every=2", "delay needs ms: for how many milliseconds"),
        ("corrupt:every=2,how=badly", "unknown value of how 'badly' (there are: cut, trailing, "),
        ("refuse:status=200", "status must be a number from 400 upwards; got '200'"),
        ("refuse:status=600", "status must be at most 599; got '600'"),
    ],
)
def test_mistakes_in_a_fault_get_advice(text: str, message: str) -> None:
    with pytest.raises(FaultError) as error:
        parse_fault(text)
    assert str(error.value).startswith(message)


def test_the_help_names_every_fault_and_parameter() -> None:
    lines = list(fault_help())
    assert lines[0] == "drop      The connection is lost, without a close frame."
    assert lines[1] == "            every=N, after=N, on=identify|resume, times=N"
    assert "            ms=N, every=N (1 unless given), after=N, times=N" in lines
