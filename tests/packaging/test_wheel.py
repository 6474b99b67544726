"""What the wheel contains: hatchling leaves out what .gitignore names, without a word."""

import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLACES = {
    "codegen/voxspec": "voxspec",
    "generated/voxmodels": "voxmodels",
    "runtime/voxwire": "voxwire",
    "schema": "voxspec/schema",
}

pytestmark = pytest.mark.xdist_group("wheel")


def test_the_wheel_holds_every_package_file_and_nothing_else(wheel: Path) -> None:
    expected = {
        f"{target}/{path.relative_to(ROOT / source).as_posix()}"
        for source, target in PLACES.items()
        for path in (ROOT / source).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == expected


@pytest.mark.parametrize(
    "name",
    [
        "voxmodels/py.typed",
        "voxmodels/v1/__init__.py",
        "voxmodels/v1/client/__init__.py",
        "voxmodels/v1/server/__init__.py",
        "voxspec/py.typed",
        "voxspec/schema/meta/protocol.schema.json",
        "voxspec/schema/v1/protocol.yaml",
        "voxwire/py.typed",
    ],
)
def test_the_wheel_holds(wheel: Path, name: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert name in archive.namelist()


def test_templates_travel_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert any(name.startswith("voxspec/templates/") for name in archive.namelist())


def test_metadata(wheel: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    with zipfile.ZipFile(wheel) as archive:
        (path,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = Parser().parsestr(archive.read(path).decode())
        (entries,) = (n for n in archive.namelist() if n.endswith(".dist-info/entry_points.txt"))
        commands = archive.read(entries).decode()
        licences = [name for name in archive.namelist() if name.endswith("/licenses/LICENSE")]
    assert metadata["Name"] == "vox-protocol"
    assert metadata["Version"] == project["version"]
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata.get_all("Provides-Extra") == ["live", "spec", "testing"]
    assert "voxspec = voxspec.__main__:main" in commands
    assert "voxwire = voxwire.cli:main" in commands
    assert len(licences) == 1
