"""What a problem calls the value that it is about, and amounts."""

import pytest

from tests.voxspec.mini import Data, field, generated, module_of, schema

LIST: Data = {"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1}}


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], '"rows" must have at least 1 item; got 0'),
        ([""], '"rows/0" must have at least 1 character; got 0'),
        (["a", 5], '"rows/1" must be a string; got 5'),
    ],
)
def test_items_are_called_with_what_they_are_in(
    rows: list[object], message: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    files = schema({"rows": field(LIST)}, {"rows": ["a"]})
    with generated(files, tmp_path_factory.mktemp("rows")) as mini:
        validate = module_of(mini, "validate")
        frame = {"type": "thing", "seq": 1, "d": {"rows": rows}}
        assert [problem.message for problem in validate.server_frame(frame)] == [message]
