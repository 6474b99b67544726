"""The file of accepted breaks: what it says, what may be wrong with it, and how it is added to."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.breaking.made_up import NOTE, REQUIRED, SHARED, acceptance
from voxspec.breaking.accepted import (
    Acceptance,
    AcceptedFileError,
    accepted_in,
    day,
    matched,
    read_accepted,
)
from voxspec.breaking.accepting import HandWrittenError, with_entries
from voxspec.findings import Place

NAME = "breaking.yaml"
WELL = """\
# ours
accepted:
  - fingerprint: "0123456789abcdef"
    rule: FIELD_NO_DELETE
    subject: server/ready/motd
    reason: "nobody: shows it"
    until: 2026-12-31
  # the second
  - {fingerprint: fedcba9876543210, reason: it was never sent, until: '2027-01-01'}
"""


def said(text: str) -> list[str]:
    with pytest.raises(AcceptedFileError) as caught:
        accepted_in(text, NAME)
    return str(caught.value).splitlines()


def test_what_it_says() -> None:
    assert accepted_in(WELL, NAME) == (
        Acceptance(
            "0123456789abcdef",
            "nobody: shows it",
            date(2026, 12, 31),
            Place(NAME, 3, 5),
            "FIELD_NO_DELETE",
            "server/ready/motd",
        ),
        Acceptance("fedcba9876543210", "it was never sent", date(2027, 1, 1), Place(NAME, 9, 5)),
    )
    assert accepted_in("accepted: []\n", NAME) == accepted_in("accepted:\n", NAME) == ()


def test_an_entry_holds_up_to_its_day() -> None:
    entries = [acceptance(REQUIRED, date(2026, 6, 1)), acceptance(SHARED), acceptance(NOTE)]
    last = matched(entries, [REQUIRED, SHARED], date(2026, 6, 1))
    assert list(last.holding) == [REQUIRED.fingerprint, SHARED.fingerprint]
    assert (dict(last.expired), last.unmatched) == ({}, (acceptance(NOTE),))
    over = matched(entries, [REQUIRED, SHARED], date(2026, 6, 2))
    assert list(over.holding) == [SHARED.fingerprint]
    assert list(over.expired) == [REQUIRED.fingerprint]


ENTRY = '  - {fingerprint: "0123456789abcdef", reason: why, until: 2026-12-31}\n'


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("", "breaking.yaml:1:1: error[ACCEPTED_FILE] the file is empty (delete it, or fill it)"),
        ("- 1\n", "breaking.yaml:1:1: error[ACCEPTED_FILE] the file must be one mapping"),
        (
            "acepted: []\naccepted: []\n",
            'breaking.yaml:1:1: error[ACCEPTED_FILE] the key "acepted" has no meaning (did you mean '
            '"accepted"?)',
        ),
        (
            "accepted: 3\n",
            'breaking.yaml:1:11: error[ACCEPTED_FILE] "accepted" is no list (each entry begins with a '
            "hyphen)",
        ),
        (
            "accepted:\n  - 0123456789abcdef\n",
            "breaking.yaml:2:5: error[ACCEPTED_FILE] an entry is no mapping (it has the keys "
            "fingerprint, reason, until)",
        ),
        (
            'accepted:\n  - {fingerprint: "0123456789abcdef", until: 2026-12-31}\n',
            'breaking.yaml:2:5: error[ACCEPTED_FILE] the entry lacks "reason" (why the break does no '
            "harm)",
        ),
        (
            "accepted:\n  - {fingerprint: 0123456789012345, reason: why, until: 2026-12-31}\n",
            'breaking.yaml:2:19: error[ACCEPTED_FILE] "fingerprint" is 123456789012345 (YAML takes it '
            "for a number: write it in quotes)",
        ),
        (
            'accepted:\n  - {fingerprint: "0123", reason: why, until: 2026-12-31}\n',
            'breaking.yaml:2:19: error[ACCEPTED_FILE] "fingerprint" is "0123" (16 hexadecimal digits '
            "in quotes, as voxspec breaking prints them)",
        ),
        (
            'accepted:\n  - {fingerprint: "0123456789abcdef", reason: " ", until: 2026-12-31}\n',
            'breaking.yaml:2:47: error[ACCEPTED_FILE] "reason" is empty (why the break does no harm)',
        ),
        (
            'accepted:\n  - {fingerprint: "0123456789abcdef", reason: why, until: 2026-02-30}\n',
            'breaking.yaml:2:59: error[ACCEPTED_FILE] "until" is "2026-02-30" (the last day on which '
            "it is accepted, such as 2026-12-31)",
        ),
        (
            'accepted:\n  - {fingerprint: "0123456789abcdef", why: a, reason: why, until: 2026-12-31}\n',
            'breaking.yaml:2:39: error[ACCEPTED_FILE] the key "why" has no meaning (known here: '
            "fingerprint, rule, subject, reason, until)",
        ),
        (
            f"accepted:\n{ENTRY}{ENTRY}",
            'breaking.yaml:3:5: error[ACCEPTED_FILE] "0123456789abcdef" stands twice (the first one is '
            "at line 2)",
        ),
    ],
)
def test_what_is_wrong(text: str, finding: str) -> None:
    assert said(text) == [finding]


def test_every_mistake_is_said() -> None:
    wrong = 'accepted:\n  - {fingerprint: "0", reason: 3, until: soon}\n'
    assert [line.split('"')[1] for line in said(wrong)] == ["fingerprint", "reason", "until"]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / NAME
    for write, what in (
        (lambda: None, "cannot be read: No such file or directory"),
        (lambda: path.write_bytes(b"\xff"), "the file is not UTF-8 (save it as UTF-8)"),
    ):
        write()
        with pytest.raises(AcceptedFileError) as caught:
            read_accepted(path, NAME)
        assert str(caught.value) == f"breaking.yaml:1:1: error[ACCEPTED_FILE] {what}"


@pytest.mark.parametrize(
    "text", ["20261231", "2026-W01-1", "2026-13-01", "soon", "2026-12-31 ", ""]
)
def test_what_is_no_day(text: str) -> None:
    assert day(text) is None


NEW = Acceptance("00000000000000e5", 'they "know"\n', date(2026, 5, 1), Place(""), "A_RULE", "a/b")
LINES = """\
  - fingerprint: "00000000000000e5"
    rule: A_RULE
    subject: "a/b"
    reason: "they \\"know\\"\\n"
    until: 2026-05-01
"""


def test_a_file_begins() -> None:
    text = with_entries("", NAME, [NEW])
    assert text.endswith(f"\naccepted:\n{LINES}")
    assert text.startswith("# Breaking changes that were accepted")
    (entry,) = accepted_in(text, NAME)
    assert (entry.fingerprint, entry.reason, entry.until) == (
        NEW.fingerprint,
        NEW.reason,
        NEW.until,
    )


@pytest.mark.parametrize(
    "empty", ["accepted:\n", "accepted: []", "# ours\naccepted: null # none\n"]
)
def test_an_empty_list_is_filled(empty: str) -> None:
    assert LINES in with_entries(empty, NAME, [NEW])


def test_what_people_wrote_stays() -> None:
    assert with_entries(WELL, NAME, [NEW]) == WELL + LINES


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("before", [WELL, "accepted:\n"])
def test_what_editors_wrote_stays(before: str, mark: str) -> None:
    """The line ends of Windows, and the mark that files begin with there."""
    text = mark + before.replace("\n", "\r\n")
    assert with_entries(text, NAME, [NEW]) == text + LINES.replace("\n", "\r\n")


def test_an_entry_takes_the_place_of_the_one_before() -> None:
    first = Acceptance("0123456789abcdef", "still nobody", date(2027, 6, 1), Place(""))
    assert with_entries(WELL, NAME, [first]) == WELL.replace(
        """\
    rule: FIELD_NO_DELETE
    subject: server/ready/motd
    reason: "nobody: shows it"
    until: 2026-12-31
""",
        '    reason: "still nobody"\n    until: 2027-06-01\n',
    )


def test_a_form_of_its_own_is_left_alone() -> None:
    flow = (
        '{"accepted": [{"fingerprint": "0123456789abcdef", "reason": "a", "until": "2026-12-31"}]}'
    )
    with pytest.raises(HandWrittenError) as caught:
        with_entries(flow, NAME, [NEW])
    assert str(caught.value) == (
        f"breaking.yaml is written in a form of its own; write into it:\n{LINES}"
    )


def test_a_wrong_file_is_not_added_to() -> None:
    with pytest.raises(AcceptedFileError):
        with_entries("accepted: 3\n", NAME, [NEW])
