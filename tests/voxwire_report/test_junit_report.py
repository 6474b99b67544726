"""JUnit XML: every report passes the schema that Jenkins reads results with."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import xmlschema

from tests.voxwire.native import EXAMPLES, c2s, capture, header
from tests.voxwire_report.conftest import HELLO, IDENTIFY, Run

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def schema() -> xmlschema.XMLSchema10:
    return xmlschema.XMLSchema10(ROOT / "tests" / "data" / "reports" / "junit-10.xsd")


def counts(suite: ET.Element) -> tuple[str | None, ...]:
    return tuple(suite.get(name) for name in ("tests", "failures", "errors"))


def test_every_example_passes_the_schema(run: Run, schema: xmlschema.XMLSchema10) -> None:
    paths = sorted(EXAMPLES.glob("*.ndjson"))
    out = run("junit", *paths, ROOT / "README.md").out
    schema.validate(out)
    assert len(ET.fromstring(out.encode())) == len(paths) + 1


def test_a_case_for_each_connection(run: Run, folder: Path, schema: xmlschema.XMLSchema10) -> None:
    wrong = c2s({"type": "heartbeat", "seq": 3})
    good = [header(), HELLO, IDENTIFY]
    noted = c2s({"type": "unheard"})
    (folder / "a.ndjson").write_bytes(capture(*good, wrong, *good, *good, noted))
    status, out, _ = run("junit", "a.ndjson")
    schema.validate(out)
    (suite,) = ET.fromstring(out.encode())
    assert status == 1
    assert (suite.get("name"), *counts(suite)) == ("a.ndjson", "3", "1", "0")
    cases = [(case.get("classname"), case.get("name"), len(case)) for case in suite]
    assert cases == [
        ("a.ndjson", "connection 1", 1),
        ("a.ndjson", "connection 2", 0),
        ("a.ndjson", "connection 3", 1),
    ]
    failure = suite[0][0]
    assert (failure.tag, failure.get("type")) == ("failure", "SEQ_FORBIDDEN")
    assert failure.get("message") == '1 error; SEQ_FORBIDDEN: this message carries no "seq"'
    assert failure.text == (
        "a.ndjson#c1:3 +1.000s c2s heartbeat /seq error[SEQ_FORBIDDEN] "
        'this message carries no "seq" (leave the key out)'
    )
    output = suite[2][0]
    assert output.tag == "system-out"
    assert output.text is not None
    assert output.text.startswith("a.ndjson#c3:3 +1.000s c2s unheard /type note[UNKNOWN_TYPE]")


def test_the_same_for_every_number_of_processes(run: Run) -> None:
    paths = sorted(EXAMPLES.glob("*.ndjson"))
    assert run("junit", "--jobs", 2, *paths) == run("junit", "--jobs", 1, *paths)


def test_what_is_repeated_is_counted(run: Run, folder: Path) -> None:
    (folder / "a.ndjson").write_bytes(capture(header(), HELLO, *[IDENTIFY] * 6))
    (suite,) = ET.fromstring(run("junit", "a.ndjson").out.encode())
    failure = suite[0][0]
    message = str(failure.get("message"))
    assert message.startswith("5 errors; IDENTIFY_REPEATED: ")
    assert str(failure.text).splitlines()[1:] == [
        "… and 4 more IDENTIFY_REPEATED, the last in frame 7"
    ]


def test_much_is_counted(run: Run, folder: Path) -> None:
    wrong = {"type": "heartbeat", "seq": 3}
    (folder / "a.ndjson").write_bytes(capture(header(), *[c2s(wrong)] * 70))
    out = run("junit", "--no-session", "a.ndjson").out
    failure = ET.fromstring(out.encode())[0][0][0]
    assert str(failure.get("message")).startswith("70 errors; ")
    lines = str(failure.text).splitlines()
    assert (len(lines), lines[-1]) == (51, "… and 20 more")


def test_a_file_that_cannot_be_read_is_in_error(run: Run, folder: Path) -> None:
    (folder / "a.txt").write_text("# A heading\n")
    for options in ([], ["--ignore", "CAPTURE_UNREADABLE"]):
        status, out, _ = run("junit", *options, "a.txt")
        (suite,) = ET.fromstring(out.encode())
        assert status == 3
        assert counts(suite) == ("1", "0", "1")
        (error,) = suite[0]
        assert suite[0].get("name") == "the whole file"
        assert (error.tag, error.get("type")) == ("error", "CAPTURE_UNREADABLE")
        assert str(error.get("message")).startswith("cannot be read: this is no capture")


def test_an_empty_file_fails(run: Run, folder: Path) -> None:
    (folder / "a.ndjson").touch()
    status, out, _ = run("junit", "a.ndjson")
    (suite,) = ET.fromstring(out.encode())
    assert (status, counts(suite)) == (1, ("1", "1", "0"))
    assert suite[0][0].get("type") == "CAPTURE_EMPTY"


def test_what_is_hostile_passes_the_schema(
    run: Run, hostile: str, schema: xmlschema.XMLSchema10
) -> None:
    out = run("junit", hostile).out
    schema.validate(out)
    (suite,) = ET.fromstring(out.encode())
    assert suite.get("name") == hostile
    text = "".join(suite.itertext())
    assert "<script>x()</script> & `c`" in text
    assert "]]> \\u0000 \\ufffe \\ud835\\udd4f" in text
    assert "hgfedcba" not in out


@pytest.mark.parametrize("form", ["junit", "github", "markdown"])
def test_formats_that_choose_take_no_number(run: Run, form: str) -> None:
    status, out, err = run(form, "--max-findings", 3, EXAMPLES / "main-bot-plain.ndjson")
    assert (status, out) == (2, "")
    assert f"argument --max-findings: not with --format {form}, which chooses" in err
