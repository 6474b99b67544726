"""Workflow commands of GitHub Actions."""

import re
from pathlib import Path

from tests.voxwire.native import EXAMPLES, START, c2s, capture, header
from tests.voxwire_report.conftest import HELLO, IDENTIFY, Run

COMMAND = re.compile(r"::(error|warning|notice) file=[^:,]+,(line=\d+,)?title=[^:,]+::[^\r\n]+")


def test_commands_with_the_worst_first_and_then_the_summary(run: Run) -> None:
    path = EXAMPLES / "flow-unknown-types-ignored.ndjson"
    status, out, _ = run("github", "--root", EXAMPLES.parent, path)
    lines = out.splitlines()
    assert status == 1
    assert lines[0] == (
        "::error file=captures/flow-unknown-types-ignored.ndjson,title=TYPE_MISSING%3A No message "
        'type::connection 1, frame 19, c2s: the frame lacks "type"'
    )
    commands = [line for line in lines if line.startswith("::")]
    kinds = [command.split(" ")[0] for command in commands]
    assert kinds == ["::error"] * 7 + ["::notice"] * 2
    assert lines[9].split() == ["direction", "type", "frames", "bytes", "findings"]
    assert lines[-2].endswith(": 7 errors, 2 notes")


def test_ten_of_each_kind(run: Run, folder: Path) -> None:
    lines = [header()]
    lines += [c2s({"type": f"unheard{number}"}) for number in range(12)]
    lines += [c2s({"type": "heartbeat", "seq": number}) for number in range(13)]
    (folder / "a.ndjson").write_bytes(capture(*lines))
    _, out, _ = run("github", "--quiet", "--no-session", "a.ndjson")
    kinds = [line.split(" ")[0] for line in out.splitlines()]
    assert kinds == ["::error"] * 10 + ["::notice"] * 10 + ["…"]
    assert out.endswith("… and 5 more\n")


def test_who_is_to_blame_where_it_is_not_the_sender(run: Run, folder: Path) -> None:
    beats = [c2s({"type": "heartbeat"}, ts=START + seconds) for seconds in (2, 60)]
    (folder / "a.ndjson").write_bytes(capture(header(), HELLO, IDENTIFY, *beats))
    _, out, _ = run("github", "--quiet", "a.ndjson")
    (line,) = out.splitlines()
    assert line.endswith("[to blame: the server]")


def test_what_is_hostile_stays_in_its_command(run: Run, hostile: str) -> None:
    _, out, _ = run("github", "--quiet", hostile)
    lines = [line for line in out.splitlines() if not line.startswith("…")]
    assert len(lines) > 10
    for line in lines:
        assert COMMAND.fullmatch(line), line
        assert line.isprintable()
    assert "file=a b%2Cc%25d%3Ae.ndjson,title=" in out
    assert 'unknown client message "a%250Ab,c:d"' in out
    assert "hgfedcba" not in out
    _, with_summary, _ = run("github", hostile)
    for line in with_summary.splitlines():
        assert not line.startswith("::") or COMMAND.fullmatch(line)


def test_nothing_found(run: Run) -> None:
    assert run("github", "--quiet", EXAMPLES / "main-bot-plain.ndjson") == (0, "", "")
