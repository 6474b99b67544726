"""A page for each rule: in `docs/rules/`, and in the terminal."""

from pathlib import Path

import pytest

from voxwire.cli import main
from voxwire.report import rule_pages
from voxwire.report.rule_examples import shown
from voxwire.report.rule_words import SOURCES, needs, severity
from voxwire.rules.heartbeats import HEARTBEAT_LATE
from voxwire.rules.open_values import MODEL_MISMATCH, UNKNOWN_FIELD
from voxwire.rules.order import RESUME_LAST_SEQ
from voxwire.rules.registry import RULES
from voxwire.rules.rule import Rule
from voxwire.rules.sequence import SEQ_GAP

DOCS = Path(__file__).parents[2] / "docs" / "rules"


def test_the_pages_are_current() -> None:
    assert rule_pages.stale(DOCS) == [], "python -m voxwire.report.rule_pages docs/rules"


def test_there_is_a_page_for_each_rule() -> None:
    names = [path.name for path in DOCS.glob("*.md")]
    assert sorted(names) == sorted(["index.md", *(f"{id_}.md" for id_ in RULES)])


@pytest.mark.parametrize("rule", RULES.values(), ids=str)
def test_a_page_says_all_that_is_known(rule: Rule) -> None:
    page = rule_pages.rule_page(rule)
    assert f"# {rule.id}: {rule.headline}\n" in page
    assert rule.meaning in page
    assert rule.why in page
    assert rule.fix in page
    assert f"| {needs(rule)} | {rule.listing.value} |" in page
    for example in (rule.bad, rule.good):
        if example is not None:
            end = ":" if shown(rule, example) else "."
            assert f"\n{example.caption[0].upper()}{example.caption[1:]}{end}\n" in page
    assert (SOURCES[rule.source][1] in page) if rule.source is not None else "said" not in page


@pytest.mark.parametrize("rule", RULES.values(), ids=str)
def test_no_sentence_announces_what_does_not_come(rule: Rule) -> None:
    blocks = rule_pages.rule_page(rule).split("\n\n")
    for block, next_ in zip(blocks, [*blocks[1:], ""], strict=True):
        assert not block.endswith(":") or next_.startswith(("```", "In a protocol")), block


def test_stale_pages_are_named_and_written_anew(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "rules"
    assert rule_pages.main([str(folder)]) == 0
    assert rule_pages.main([str(folder), "--check"]) == 0
    assert capsys.readouterr().out == ""
    (folder / "SEQ_GAP.md").write_text("something else")
    (folder / "SEQ_GOP.md").write_text("of a rule that is gone")
    (folder / "index.md").unlink()
    assert rule_pages.main([str(folder), "--check"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{folder / name} is not what the rules say"
        for name in ("SEQ_GAP.md", "SEQ_GOP.md", "index.md")
    ]
    assert rule_pages.main([str(folder)]) == 0
    assert rule_pages.stale(folder) == []


def test_words() -> None:
    assert needs(SEQ_GAP) == "nothing"
    assert needs(HEARTBEAT_LATE) == "what the client sent and times that move on"
    assert severity(RESUME_LAST_SEQ) == "error, a note where the number is lower"
    assert severity(UNKNOWN_FIELD) == "note, an error with --strict"


# --- In the terminal -----------------------------------------------------------------------------


def test_the_command_shows_the_page_of_a_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "seq_gap"]) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[:3] == [
        "SEQ_GAP  error  Sequence numbers are missing",
        "  Sequence numbers are missing: messages were lost.",
        "",
    ]
    assert out.splitlines()[-10:] == [
        "  breaks it: ← member_leave (seq 3)  ← member_leave (seq 5)",
        '       0.4 s  ← {"type":"member_leave","d":{"user_id":7},"seq":2}',
        '       0.5 s  ← {"type":"member_leave","d":{"user_id":7},"seq":3}',
        '       0.6 s  ← {"type":"member_leave","d":{"user_id":7},"seq":5}',
        "  says capture.ndjson#c1:6 +0.600s s2c member_leave /seq error[SEQ_GAP] seq jumps from 3 to 5: "
        "4 is missing (the server skipped them, or the capture lost them)",
        "",
        "  keeps it: ← member_leave (seq 3)  ← member_leave (seq 4)",
        '       0.4 s  ← {"type":"member_leave","d":{"user_id":7},"seq":2}',
        '       0.5 s  ← {"type":"member_leave","d":{"user_id":7},"seq":3}',
        '       0.6 s  ← {"type":"member_leave","d":{"user_id":7},"seq":4}',
    ]


def test_the_command_shows_several_pages(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "seq_gap", "FIELD_TYPE,model_mismatch"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines if line and not line.startswith(" ")] == [
        "FIELD_TYPE",
        "MODEL_MISMATCH",
        "SEQ_GAP",
    ]
    assert MODEL_MISMATCH.fix in " ".join(" ".join(lines).split())


def test_an_unknown_rule_is_an_error_with_advice(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["rules", "SEQ_GAPS"])
    assert caught.value.code == 2
    assert "unknown rule 'SEQ_GAPS' (did you mean 'SEQ_GAP'?)" in capsys.readouterr().err
