"""What the wheel contains: hatchling leaves out what .gitignore names, without a word."""

import re
import tomllib
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

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
    source = ROOT / "codegen"
    templates = {path.relative_to(source).as_posix() for path in source.rglob("*.j2")}
    assert {name.split("/")[2] for name in templates} == {"docs", "python", "strategies"}
    with zipfile.ZipFile(wheel) as archive:
        assert {name for name in archive.namelist() if name.endswith(".j2")} == templates


def metadata_of(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (path,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return Parser().parsestr(archive.read(path).decode())


def test_links_of_the_package_page_lead_into_the_repository(wheel: Path) -> None:
    """A package index shows the README without the files beside it: no link may be relative."""
    metadata = metadata_of(wheel)
    repository = f"{project_table()['urls']['Repository']}/blob/main/"
    assert metadata["Description-Content-Type"] == "text/markdown"
    page = links(str(metadata.get_payload()))
    assert len(page) > 5
    assert [link for link in page if not re.match("https://[a-z]|#[a-z]", link)] == []
    linked = [link.removeprefix(repository) for link in page if link.startswith(repository)]
    readme = (ROOT / "README.md").read_text("utf-8")
    assert linked == [link for link in links(readme) if not re.match("https:|#", link)]


def links(markdown: str) -> list[str]:
    tokens = [inner for top in MarkdownIt().parse(markdown) for inner in top.children or ()]
    found = [token.attrGet("href") or token.attrGet("src") for token in tokens]
    return [str(link) for link in found if link is not None]


def test_the_addresses_of_the_project_lead_to_files_that_exist() -> None:
    urls = project_table()["urls"]
    assert urls.keys() >= {"Repository", "Documentation", "Changelog", "Issues"}
    for url in urls.values():
        assert url.startswith(urls["Repository"])
        _, in_tree, path = url.partition("/blob/main/")
        assert not in_tree or (ROOT / path).is_file()


def project_table() -> dict[str, Any]:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return project


def test_metadata(wheel: Path) -> None:
    project = project_table()
    metadata = metadata_of(wheel)
    with zipfile.ZipFile(wheel) as archive:
        (entries,) = (n for n in archive.namelist() if n.endswith(".dist-info/entry_points.txt"))
        commands = archive.read(entries).decode()
        licences = [name for name in archive.namelist() if name.endswith("/licenses/LICENSE")]
    assert metadata["Name"] == "vox-protocol"
    assert metadata["Version"] == project["version"]
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata.get_all("Provides-Extra") == [
        "breaking",
        "cluster",
        "live",
        "spec",
        "testing",
    ]
    assert "voxspec = voxspec.__main__:main" in commands
    assert "voxwire = voxwire.cli:main" in commands
    assert len(licences) == 1
