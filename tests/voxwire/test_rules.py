"""The list of rules is complete: nothing reports a rule that is not in it."""

import pickle
import re
from pathlib import Path

import pytest

import voxmodels
from voxmodels.v1 import CloseCode, ErrorCode
from voxwire.checks import RULES
from voxwire.cli import main
from voxwire.rules.blame import blamed
from voxwire.rules.json_text import JSON_TOO_DEEP
from voxwire.rules.open_values import MODEL_MISMATCH
from voxwire.rules.registry import MODULES
from voxwire.rules.rule import Listing, Rule
from voxwire.rules.sequence import SEQ_GAP

RUNTIME = Path(__file__).parents[2] / "runtime" / "voxwire"

GOLDEN = Path(__file__).parents[1] / "voxspec" / "tide" / "golden" / "tidemodels"
PACKAGES = (Path(str(voxmodels.__file__)).parent, GOLDEN)
"""Generated packages: of Vox, and of a second protocol."""


def validating(package: Path) -> set[str]:
    """The rules that the validators of a generated package name."""
    files = [*package.glob("_*checks.py"), *package.glob("v*/validate.py")]
    files += package.glob("v*/validators/*.py")
    words = {
        word
        for file in files
        for word in re.findall(r'"([A-Z0-9]+(?:_[A-Z0-9]+)+)"', file.read_text("utf-8"))
    }
    return words - set(ErrorCode.__members__)


def test_the_runtime_names_rules_and_never_spells_them() -> None:
    spelt = {
        (path.name, word)
        for path in sorted(RUNTIME.rglob("*.py"))
        if path.parent.name != "rules"
        for word in re.findall(r'"([A-Z0-9]+(?:_[A-Z0-9]+)+)"', path.read_text("utf-8"))
        if word in RULES and word not in CloseCode.__members__
    }
    assert spelt == set()


def test_the_rules_of_generated_validators_are_those_of_frames() -> None:
    of_frames = {rule for rule in RULES.values() if rule.group in ("envelope", "payload")}
    assert validating(PACKAGES[0]) == of_frames - {MODEL_MISMATCH} | {JSON_TOO_DEEP}


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_every_rule_of_a_generated_validator_is_known(package: Path) -> None:
    assert "UNKNOWN_TYPE" in validating(package)
    assert validating(package) - set(RULES) == set()


def test_every_rule_is_used() -> None:
    """By a check, or by the generated validators."""
    sources = [
        path.read_text("utf-8")
        for path in sorted(RUNTIME.rglob("*.py"))
        if path.parent.name != "rules"
    ]
    named = {
        word for source in sources for word in re.findall(r"\b[A-Z]+(?:_[A-Z0-9]+)+\b", source)
    }
    assert set(RULES) - validating(PACKAGES[0]) - named == set()


def test_a_rule_stands_under_its_id() -> None:
    named = {
        name: rule
        for module in MODULES
        for name, rule in vars(module).items()
        if isinstance(rule, Rule)
    }
    assert named == RULES
    assert [name for name, rule in named.items() if rule.id != name or str(rule) != name] == []


def test_a_rule_is_its_id() -> None:
    assert SEQ_GAP == "SEQ_GAP"
    assert RULES["SEQ_GAP"] is SEQ_GAP
    assert (repr(SEQ_GAP), type(str(SEQ_GAP))) == ("<Rule SEQ_GAP>", str)
    copy = pickle.loads(pickle.dumps(SEQ_GAP))
    assert (copy, copy.severity, copy.listing) == (SEQ_GAP, "error", Listing.PLACES)


def test_rules_are_written_alike() -> None:
    for id_, rule in RULES.items():
        assert rule.id == id_
        assert re.fullmatch("[A-Z]+(_[A-Z0-9]+)+", id_)
        for sentence in (rule.meaning, rule.why, rule.fix):
            assert sentence.endswith(".")
        assert rule.headline[0].isupper()
        assert not rule.headline.endswith(".")
        assert rule.severity in {"error", "warning", "note"}
    assert {id_ for id_, rule in RULES.items() if rule.strict} == {
        "UNKNOWN_TYPE",
        "UNKNOWN_FIELD",
        "UNKNOWN_ENUM_VALUE",
        "UNKNOWN_SHAPE",
        "RELAYED_VALUE",
        "PUBLISHED_NAME",
    }


def test_the_command_lists_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines if line.startswith(" ")] == list(RULES)
    assert lines[0] == "capture"
    (unknown,) = [line.split(maxsplit=2) for line in lines if "UNKNOWN_FIELD " in line]
    assert unknown == ["UNKNOWN_FIELD", "note*", RULES["UNKNOWN_FIELD"].meaning]


@pytest.mark.parametrize(
    ("rule", "of_client", "of_server", "of_no_frame"),
    [
        ("FIELD_TYPE", "client", "server", None),
        ("UNKNOWN_SHAPE", "client", "other client", "client"),
        ("JSON_NOT_FINITE", "client", None, "client"),
        ("JSON_DUPLICATE_KEY", "client", None, "client"),
        ("JSON_TOO_DEEP", "client", None, "client"),
        ("UNKNOWN_ENUM_VALUE", "client", None, "client"),
        ("HEARTBEAT_LATE", "client", None, "client"),
        ("HEARTBEAT_ACK_MISSING", "server", "server", "server"),
        ("CAPTURE_EMPTY", "capture", "capture", "capture"),
        ("SEQ_GAP", None, None, None),
    ],
)
def test_who_is_to_blame(
    rule: str, of_client: str | None, of_server: str | None, of_no_frame: str | None
) -> None:
    culprit = RULES[rule].culprit
    assert (blamed(culprit, "c2s"), blamed(culprit, "s2c"), blamed(culprit, None)) == (
        of_client,
        of_server,
        of_no_frame,
    )


def test_rules_that_blame_nobody_are_few() -> None:
    assert {id_ for id_, rule in RULES.items() if rule.culprit is None} == {
        "FRAME_TOO_LARGE",
        "MODEL_MISMATCH",
        "SEQ_GAP",
        "HELLO_NOT_FIRST",
        "HELLO_REPEATED",
        "FRAME_AFTER_CLOSE",
        "CLOSE_CODE_UNEXPECTED",
        "CLOSE_CODE_UNKNOWN",
        "CLOSE_CODE_INVALID",
        "CLOSE_REASON_MISMATCH",
        "CLOSE_MEANING",
    }
