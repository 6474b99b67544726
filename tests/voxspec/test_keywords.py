"""Every keyword of the dialect means something in every target, or is left out on purpose."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.voxspec.keyword_samples import SAMPLES
from tests.voxspec.mini import write
from voxspec import generate
from voxspec.generate import TARGETS
from voxspec.load.dialect import keywords
from voxspec.output.target import Keywords, UnhandledKeywordError
from voxspec.pipeline import load_protocol


def test_there_is_a_sample_of_every_keyword() -> None:
    assert {*SAMPLES} == {*keywords()}


@pytest.mark.parametrize("word", SAMPLES)
def test_a_keyword_changes_what_the_targets_write_that_say_so(word: str, tmp_path: Path) -> None:
    # Without the schema's own texts, which packages carry whatever is in them.
    before, after = (
        replace(load_protocol(write(files, tmp_path / str(index) / "schema")), texts={})
        for index, files in enumerate(SAMPLES[word])
    )
    before, after = (replace(protocol, texts={}) for protocol in (before, after))
    changed = {name for name, to in TARGETS.items() if to.plan(before) != to.plan(after)}
    assert changed == {name for name, to in TARGETS.items() if word in to.keywords.written}


def test_a_keyword_that_a_target_forgets_stops_the_generator(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    protocol = load_protocol(write(SAMPLES["type"][0], tmp_path))
    monkeypatch.setattr(generate, "keywords", lambda: (*keywords(), "x-made-up"))
    with pytest.raises(UnhandledKeywordError) as caught:
        generate.plan(protocol)
    assert str(caught.value) == (
        'the target "python" does not handle the keyword "x-made-up": write what it means there, '
        "or leave it out for a reason, and say so in codegen/voxspec/targets/python/keywords.py"
    )


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (Keywords(frozenset({"a"}), {}), 'does not handle the keyword "b"'),
        (Keywords(frozenset({"a", "b", "c"}), {}), '"c" in codegen/voxspec/targets/t/keywords.py'),
        (Keywords(frozenset({"a"}), {"b": "why", "c": "why"}), '"c" in codegen/voxspec'),
        (Keywords(frozenset({"a", "b"}), {"b": "why"}), '"b" is both written and left out'),
    ],
)
def test_tables_that_do_not_fit_the_dialect(known: Keywords, said: str) -> None:
    Keywords(frozenset({"a"}), {"b": "why"}).check("t", ("a", "b"))
    with pytest.raises(UnhandledKeywordError, match=said):
        known.check("t", ("a", "b"))
