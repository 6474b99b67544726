"""The Python lines about captures, in docs/captures.md and in the README, do what they show."""

import doctest
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "captures.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
SECTION = README.partition("### Read a capture from Python\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize(("text", "count"), [(PAGE, 11), (SECTION, 3)], ids=["page", "README"])
def test_the_python_lines_do_what_is_shown(
    monkeypatch: pytest.MonkeyPatch, text: str, count: int
) -> None:
    monkeypatch.chdir(ROOT)
    session = "".join(re.findall(r"^```pycon\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))
    test = doctest.DocTestParser().get_doctest(session, {}, "captures", "captures", 0)
    report: list[str] = []
    results = doctest.DocTestRunner().run(test, out=report.append)
    assert (results.failed, results.attempted) == (0, count), "".join(report)
