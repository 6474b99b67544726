"""The examples of the rules are their tests: each bad one breaks its rule alone, each good one none."""

import json
from pathlib import Path

import pytest
import yaml

from tests.voxspec.mini import BASE, area, generated
from tests.voxwire.checking import check_conversation
from voxwire.checks import Finding
from voxwire.report.rule_examples import findings_of, printed, shown
from voxwire.rules.envelope import KEY_FORBIDDEN, PAYLOAD_FORBIDDEN
from voxwire.rules.example import Elsewhere, Example, capture
from voxwire.rules.fields import FIELD_CONST, FIELD_PATTERN
from voxwire.rules.heartbeats import HEARTBEAT_ACK_MISSING, HEARTBEAT_NOT_GIVEN_UP
from voxwire.rules.open_values import MODEL_MISMATCH
from voxwire.rules.rates import RATE_MESSAGES
from voxwire.rules.registry import RULES
from voxwire.rules.rule import Needs, Rule
from voxwire.rules.sequence import SEQ_GAP
from voxwire.rules.steps import Filled, leave, server, server_binary

BAD = [(rule, rule.bad) for rule in RULES.values() if isinstance(rule.bad, Example)]
GOOD = [(rule, rule.good) for rule in RULES.values() if isinstance(rule.good, Example)]
ELSEWHERE = [
    (rule, example)
    for rule in RULES.values()
    for example in (rule.bad, rule.good)
    if isinstance(example, Elsewhere)
]


def found(example: Example) -> list[Finding]:
    return findings_of(example)[0]


def test_every_rule_has_examples() -> None:
    assert [rule for rule in RULES.values() if rule.bad is None] == [MODEL_MISMATCH]
    assert [rule for rule in RULES.values() if rule.good is None] == [MODEL_MISMATCH]


def test_most_examples_are_captures() -> None:
    assert {rule for rule, _ in ELSEWHERE} == {
        PAYLOAD_FORBIDDEN,
        KEY_FORBIDDEN,
        FIELD_PATTERN,
        FIELD_CONST,
    }


@pytest.mark.parametrize(("rule", "example"), BAD, ids=[rule.id for rule, _ in BAD])
def test_a_bad_example_breaks_its_rule_alone(rule: Rule, example: Example) -> None:
    findings = found(example)
    assert [finding.rule for finding in findings].count(rule) == 1
    assert {finding.rule for finding in findings} == {rule, *rule.besides}


@pytest.mark.parametrize(("rule", "example"), GOOD, ids=[rule.id for rule, _ in GOOD])
def test_a_good_example_breaks_none(rule: Rule, example: Example) -> None:
    notes = {besides for besides in rule.besides if besides.severity == "note"}
    assert [finding for finding in found(example) if finding.rule not in notes] == []


def test_few_rules_are_never_broken_alone() -> None:
    besides = {rule.id: rule.besides for rule in RULES.values() if rule.besides}
    assert besides == {
        "HEARTBEAT_NOT_GIVEN_UP": (HEARTBEAT_ACK_MISSING,),
        "CLOSE_CODE_UNEXPECTED": ("CLOSE_MEANING",),
        "CLOSE_REASON_MISMATCH": ("CLOSE_MEANING",),
    }


@pytest.mark.parametrize(("rule", "example"), ELSEWHERE)
def test_an_example_of_another_protocol(rule: Rule, example: Elsewhere, tmp_path: Path) -> None:
    described = yaml.safe_load(example.message)
    assert isinstance(rule.good, Elsewhere)
    right = json.loads(rule.good.frame)
    examples = [{"summary": "Right", **({"payload": right["d"]} if "d" in right else {})}]
    message = {"summary": "A thing", "description": "A thing.", **described, "examples": examples}
    base = BASE["protocol.yaml"]
    envelope = {**base["envelope"], **(yaml.safe_load(example.envelope) or {})}
    files = {
        **BASE,
        "protocol.yaml": {**base, "envelope": envelope},
        "server/main.yaml": area("main", thing=message),
    }
    with generated(files, tmp_path) as mini:
        problems = mini.validate.server_frame(json.loads(example.frame))
    broken = [(rule.id, rule.severity, example.says)] if example.says else []
    assert [(p.rule, p.severity, p.message) for p in problems] == broken
    assert bool(example.says) is (example is rule.bad)


@pytest.mark.parametrize(("rule", "example"), BAD, ids=[rule.id for rule, _ in BAD])
def test_the_needs_and_the_culprit_of_a_rule_are_those_of_its_finding(
    rule: Rule, example: Example
) -> None:
    (finding,) = [finding for finding in found(example) if finding.rule is rule]
    assert finding.severity == rule.severity
    assert (finding.blame is None) == (
        rule.culprit is None or (rule.culprit == "client" and finding.direction == "s2c")
    )


def test_an_example_is_the_same_in_a_file(tmp_path: Path) -> None:
    """Where runs of sound frames are passed over."""
    for rule, example in BAD:
        path = tmp_path / f"{rule.id}.ndjson"
        path.write_bytes(example.content())
        assert [f.rule for f in check_conversation(path)] == [f.rule for f in found(example)]


def test_what_a_rule_needs_is_missed_where_it_is_not_there() -> None:
    """Times that move on: without them, nothing is said of what depends on them."""
    timed = [(rule, example) for rule, example in BAD if Needs.TIME in rule.needs]
    assert len(timed) == 6
    for rule, example in timed:
        still = Example(example.caption, example.steps, per_second=0)
        assert rule not in {finding.rule for finding in found(still)}


# --- How examples are written and shown ----------------------------------------------------------


def test_a_step_that_comes_again() -> None:
    example = capture("twice", server("{}", after=2, times=3), leave(1, after=1))
    lines = example.content().decode().splitlines()
    assert [line.partition(",")[0] for line in lines] == [
        '{"ts": 1795376354.0',
        '{"ts": 1795376356.0',
        '{"ts": 1795376358.0',
        '{"ts": 1795376359.0',
    ]
    assert list(example.story()) == [
        "   0.0 s  ← {}",
        "          … and 2 more of these, 2 s apart",
        '   5.0 s  ← {"type":"member_leave","d":{"user_id":7},"seq":1}',
    ]


def test_times_of_an_example() -> None:
    steps = (leave(1), leave(2, after=1.5))
    thousandths = Example("", steps, per_second=1000).content().decode().splitlines()
    assert [line.partition(",")[0] for line in thousandths] == [
        '{"ts": 1795376354000',
        '{"ts": 1795376355500',
    ]
    assert b'"ts"' not in Example("", steps, per_second=0).content()


def test_long_texts_are_shown_in_short() -> None:
    filled = Filled("<…>", "ab", 1000)
    assert str(filled) == f"<{'ab' * 1000}>"
    assert filled.shown == "<abab…abab>   with 1,000 × ab"
    (line,) = capture("", server("x" * 500)).lines()
    assert len(line) == 160
    assert " … " in line
    frame = server_binary(b"{}", cut_off=2, behind=b"!")
    assert frame.shown == "← a zstd frame without its last 2 bytes of {} and behind it !"
    assert server_binary(filled).shown == f"← a zstd frame of {filled.shown}"


def test_what_is_printed_about_an_example() -> None:
    assert SEQ_GAP.bad is not None
    assert printed(SEQ_GAP, SEQ_GAP.bad) == [
        "capture.ndjson#c1:6 +0.600s s2c member_leave /seq error[SEQ_GAP] seq jumps from 3 to 5: "
        "4 is missing (the server skipped them, or the capture lost them)"
    ]
    assert RATE_MESSAGES.bad is not None
    assert printed(RATE_MESSAGES, RATE_MESSAGES.bad)[-1] == (
        "capture.ndjson#c1 … and 1 more RATE_MESSAGES, the last in frame 124"
    )
    assert FIELD_CONST.bad is not None
    assert FIELD_CONST.good is not None
    assert printed(FIELD_CONST, FIELD_CONST.bad) == [
        'error[FIELD_CONST] "kind" must be "pilot"; got "captain"'
    ]
    assert printed(FIELD_CONST, FIELD_CONST.good) == []
    assert shown(FIELD_CONST, FIELD_CONST.good) == ['{"type":"thing","d":{"kind":"pilot"},"seq":1}']
    assert HEARTBEAT_NOT_GIVEN_UP.bad is not None
    assert len(printed(HEARTBEAT_NOT_GIVEN_UP, HEARTBEAT_NOT_GIVEN_UP.bad)) == 3
