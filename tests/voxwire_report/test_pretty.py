"""JSON as people read it, with the place that a pointer leads to."""

import pytest

from voxwire.report.html.pretty import Span, at, described, parsed, pretty


def marked(text: str, pointer: str) -> str | None:
    """What is marked, as JavaScript cuts it out."""
    shown, spans = pretty(parsed(text), [pointer])
    span = spans.get(pointer)
    if span is None:
        return None
    units = shown.encode("utf-16-le", "surrogatepass")
    return units[2 * span.start : 2 * span.end].decode("utf-16-le", "surrogatepass")


def test_as_it_was_sent() -> None:
    text = '{"b":1.50,"a":[true,null,{}],"a":"é","n":123456789012345678901234567890,"x":[]}'
    assert pretty(parsed(text), [])[0] == (
        '{\n  "b": 1.50,\n  "a": [\n    true,\n    null,\n    {}\n  ],\n  "a": "é",\n'
        '  "n": 123456789012345678901234567890,\n  "x": []\n}'
    )


@pytest.mark.parametrize(
    ("text", "pointer", "shown"),
    [
        ('{"type":"a","d":{"x":[1,2,3]}}', "/d/x/1", "2"),
        ('{"type":"a","d":{"x":1}}', "/d/x", '"x": 1'),
        ('{"type":"a"}', "", '{\n  "type": "a"\n}'),
        ('{"d":{"x":1}}', "/d/y", None),
        ('{"a/b":{"c~d":5}}', "/a~1b/c~0d", '"c~d": 5'),
        ('{"𝕏":"𝕏","d":"after"}', "/d", '"d": "after"'),
        ('{"d":1,"d":2}', "/d", '"d": 2'),
        ('[{"":1}]', "/0/", '"": 1'),
    ],
)
def test_what_is_marked(text: str, pointer: str, shown: str | None) -> None:
    assert marked(text, pointer) == shown


def test_long_texts_and_arrays_are_cut_but_not_what_is_meant() -> None:
    text = '{"d":{"text":"' + "x" * 5000 + '","list":[' + ",".join(map(str, range(500))) + "]}}"
    shown, spans = pretty(parsed(text), ["/d/list/450"])
    assert "x" * 120 + '…" (5,000 characters)' in shown
    assert len(shown) < 1000
    start, end = spans["/d/list/450"]
    assert shown[start:end] == "450"
    assert "… 430 more" in shown
    assert "… 49 more" in shown


def test_signs_that_would_change_the_line_are_written_out() -> None:
    shown, _ = pretty(parsed('{"a\\u202eb":"\\u0000\\ud800"}'), [])
    assert shown == '{\n  "a\\u202eb": "\\u0000\\ud800"\n}'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1.50", "the number 1.50"),
        ("null", "null"),
        ("true", "true"),
        ('""', 'a text of 0 characters: ""'),
        ('"a"', 'a text of 1 character: "a"'),
        ("[]", "[]"),
        ("[1,2]", "an array of 2 items"),
        ("{}", "{}"),
        ('{"a":1,"b":2}', "an object with 2 keys: a, b"),
    ],
)
def test_what_a_value_is(text: str, words: str) -> None:
    assert described(parsed(text)) == words


def test_where_a_pointer_leads_nowhere() -> None:
    value = parsed('{"d":[1]}')
    for pointer in ("/x", "/d/1", "/d/x", "/d/0/y"):
        with pytest.raises(LookupError):
            at(value, pointer)
    assert at(value, "") is value
    assert Span(0, 1) == (0, 1)
