"""What the repository says is about the project: no path or address of a machine it was made on."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("work", "tmp", "root", "home")
ADDRESSES = ("pypi", "pythonhosted", "npmjs", "debian")
FORBIDDEN = re.compile(
    rf"(?<![\w./$}}>)*-])/(?:{'|'.join(FOLDERS)})/|(?:{'|'.join(ADDRESSES)})\.(?:org|com)"
)


def test_no_path_or_address_of_a_machine() -> None:
    found = [
        f"{name}:{number}: {line.strip()[:100]}"
        for name in _tracked_files()
        for number, line in enumerate(_lines(ROOT / name), start=1)
        if FORBIDDEN.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("text", ["see /work" + "/main", '"/tmp' + '/x"', "https://pypi" + ".org/"])
def test_the_check_itself(text: str) -> None:
    assert FORBIDDEN.search(text)


def _tracked_files() -> list[str]:
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, encoding="utf-8"
    )
    names = [name for name in done.stdout.split("\0") if name]
    assert "README.md" in names
    return names


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8", errors="replace").splitlines() if path.is_file() else []
