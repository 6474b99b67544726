"""What the repository says is about the project: nothing of the machines and ways it was made with."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Brackets keep these expressions from finding themselves.
PLACES = (
    r"(?<![\w.])/(?:work|tmp|root|home|opt|mnt|users|private|workspace)/|\b[a-z]:\\users|file:/{2}"
)
ADDRESSES = r"\b(?:pypi|pythonhosted|npmjs|debian|ubuntu|golang|anaconda|docker)\.(?:org|com|io)\b"
MAKING = (
    r"\bissues? #?\d|\bshared/(?:cases|reference)|\breal-serve[r]\b|\bwork-?tre[e]s?\b|\bsub-?agen[t]"
    r"|\bclaud[e]\b|\banthropi[c]\b|\bopena[i]\b|\bchatgp[t]\b|\bcopilo[t]\b|\bllm[s]?\b"
    r"|\blanguage mode[l]|\b(?:ai|model)[- ]generate[d]|\bgenerated (?:by|with) (?:an? )?(?:ai|model)\b"
    r"|\bas an a[i]\b|\bco-authored-b[y]\b"
)
FORBIDDEN = re.compile(f"{PLACES}|{ADDRESSES}|{MAKING}", re.IGNORECASE)


def test_nothing_of_the_machine_or_of_the_making() -> None:
    found = [
        f"{name}:{number}: {line.strip()[:100]}"
        for name in _tracked_files()
        for number, line in enumerate([name, *_lines(ROOT / name)])
        if FORBIDDEN.search(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    "parts",
    [
        ("see /work", "/main"),
        ('"/tmp', '/x"'),
        (">/tmp", "/x"),
        ("find-links = file:", "///opt"),
        ("C:", "\\Users\\me"),
        ("https://pypi", ".org/simple"),
        ("https://registry.npmjs", ".org/x"),
        ("files.pythonhosted", ".org"),
        ("closes issue", " 12"),
        ("as shared/", "cases show"),
        ("written by an L", "LM"),
        ("AI-", "generated"),
    ],
    ids="".join,
)
def test_the_check_itself(parts: tuple[str, str]) -> None:
    assert FORBIDDEN.search("".join(parts))


@pytest.mark.parametrize(
    "text", ["tests/work/x", "../home/x", "/d/data", "an issue with 3 parts", "Open an issue"]
)
def test_the_check_lets_pass(text: str) -> None:
    assert not FORBIDDEN.search(text)


def _tracked_files() -> list[str]:
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, encoding="utf-8"
    )
    names = [name for name in done.stdout.split("\0") if name]
    assert "README.md" in names
    return names


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8", errors="replace").splitlines() if path.is_file() else []
