"""A union is told apart by a constant that every one of its variants has, and by no other."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.voxspec.tide import SCHEMA
from voxspec.findings import SchemaError
from voxspec.model import Union
from voxspec.pipeline import load_protocol

POLYGON = (
    "    required: [kind, corners]\n"
    "    properties:\n"
    "      kind: {type: string, const: polygon, description: Tells the areas apart.}\n"
)
CIRCLE = (
    "    required: [kind, centre, radius]\n"
    "    properties:\n"
    "      kind: {type: string, const: circle, description: Tells the areas apart.}\n"
)


def changed(folder: Path, *replacements: tuple[str, str]) -> Path:
    """A copy of the small schema with other types."""
    copy = Path(shutil.copytree(SCHEMA, folder / "schema"))
    text = (copy / "types.yaml").read_text("utf-8")
    for old, new in replacements:
        assert text.count(old) == 1
        text = text.replace(old, new)
    (copy / "types.yaml").write_text(text, "utf-8")
    return copy


def constant(key: str, value: str) -> str:
    return f"      {key}: {{type: string, const: {value}, description: Tells the areas apart.}}\n"


def findings(folder: Path) -> list[tuple[str, str, str]]:
    with pytest.raises(SchemaError) as caught:
        load_protocol(folder)
    return [(f.rule, f"{f.where.line}:{f.where.column}", f.message) for f in caught.value.findings]


def test_constants_under_different_keys_are_no_tag(tmp_path: Path) -> None:
    sort = POLYGON.replace("[kind,", "[sort,").replace("      kind:", "      sort:")
    assert findings(changed(tmp_path, (POLYGON, sort))) == [
        ("UNION_HAS_TAG", "41:5", "the variants share no constant property")
    ]


def test_a_constant_that_only_some_variants_have_is_no_tag(tmp_path: Path) -> None:
    # The first and second share one key, the second and third another: no key is everybody's.
    both = POLYGON.replace("[kind,", "[kind, sort,") + constant("sort", "cornered")
    third = (
        "  strip:\n    description: A line.\n    type: object\n    required: [sort]\n"
        f"    properties:\n{constant('sort', 'strip')}  area:\n"
    )
    folder = changed(
        tmp_path,
        (POLYGON, both),
        ("  area:\n", third),
        ("{$ref: polygon}]", "{$ref: polygon}, {$ref: strip}]"),
    )
    assert findings(folder) == [
        ("UNION_HAS_TAG", "48:5", "the variants share no constant property")
    ]


def test_a_variant_without_a_constant(tmp_path: Path) -> None:
    plain = POLYGON.replace("const: polygon, ", "")
    assert findings(changed(tmp_path, (POLYGON, plain))) == [
        ("UNION_HAS_TAG", "42:29", 'the variant "polygon" has no required constant property')
    ]


def test_an_optional_constant_is_no_tag(tmp_path: Path) -> None:
    optional = POLYGON.replace("[kind, corners]", "[corners]")
    assert findings(changed(tmp_path, (POLYGON, optional))) == [
        ("UNION_HAS_TAG", "42:29", 'the variant "polygon" has no required constant property')
    ]


def test_the_tag_is_the_constant_that_all_share(tmp_path: Path) -> None:
    more = CIRCLE.replace("[kind,", "[shape, kind,").replace(
        "    properties:\n", f"    properties:\n{constant('shape', 'round')}"
    )
    folder = changed(tmp_path, (CIRCLE, more))
    for path in folder.rglob("*.yaml"):  # the examples have the new key, too
        text = path.read_text("utf-8").replace("{kind: circle,", "{shape: round, kind: circle,")
        path.write_text(text, "utf-8")
    area = load_protocol(folder).type("area")
    assert isinstance(area, Union)
    assert area.tag == "kind"
