"""The code quality report of GitLab."""

import json
from pathlib import Path

from tests.voxwire.native import EXAMPLES, c2s, capture, header
from tests.voxwire_report.conftest import HELLO, IDENTIFY, Run


def test_an_issue(run: Run, folder: Path) -> None:
    frame = c2s({"type": "heartbeat", "seq": 3})
    (folder / "a.ndjson").write_bytes(capture(header(), HELLO, IDENTIFY, frame))
    (issue,) = json.loads(run("gitlab", "a.ndjson").out)
    fingerprint = issue.pop("fingerprint")
    assert len(fingerprint) == 24
    assert issue == {
        "description": 'connection 1, frame 3, c2s heartbeat /seq: this message carries no "seq" '
        "(leave the key out)",
        "check_name": "SEQ_FORBIDDEN",
        "severity": "major",
        "location": {"path": "a.ndjson", "lines": {"begin": 1}},
    }


def test_severities(run: Run, folder: Path) -> None:
    lines = [header(), HELLO, IDENTIFY, c2s({"type": "unheard"}), c2s("x" * (2**20 + 1))]
    (folder / "a.ndjson").write_bytes(capture(*lines, c2s({"type": "heartbeat", "seq": 3})))
    issues = json.loads(run("gitlab", "--no-session", "a.ndjson").out)
    assert [(issue["check_name"], issue["severity"]) for issue in issues] == [
        ("UNKNOWN_TYPE", "info"),
        ("FRAME_TOO_LARGE", "minor"),
        ("SEQ_FORBIDDEN", "major"),
    ]


def test_fingerprints_are_unique_and_stay(run: Run) -> None:
    paths = sorted(EXAMPLES.glob("*.ndjson"))
    issues = json.loads(run("gitlab", *paths).out)
    fingerprints = [issue["fingerprint"] for issue in issues]
    assert len(set(fingerprints)) == len(fingerprints) > 20
    assert json.loads(run("gitlab", *paths).out) == issues


def test_what_is_hostile_is_one_array(run: Run, hostile: str) -> None:
    issues = json.loads(run("gitlab", hostile).out)
    assert {issue["location"]["path"] for issue in issues} == {hostile}
    assert "hgfedcba" not in json.dumps(issues)


def test_nothing_found(run: Run) -> None:
    assert run("gitlab", EXAMPLES / "main-bot-plain.ndjson").out == "[]\n"
