"""Takes the secrets out of messages, so that a capture can be shown to others.

What is secret, the schema says (``x-sensitive``, protocol section 3): tokens, session ids, encrypted
bodies, MLS and CPace data, nonces, addresses. Each is replaced by ``masked-`` and a tag, filled up with
asterisks to the length of the secret. A :class:`Redactor` gives the same secret the same mask, so that
a resumed session can still be recognised by its session id. The tag is a keyed hash: whoever does not
have the key cannot try out what was masked.

A redacted frame is as valid, or as wrong, as it was: layout, repeated keys and unknown fields stay.
Redaction changes the bytes of every frame that holds a secret, and nothing of the others. Compressed
frames are decompressed, masked and compressed again, always with their content size.

Where it is not clear what a text says, more is masked rather than less:

- below the key of a secret every string and number is masked, in any message, known or not;
- where the whole payload of a message is secret, so is that of messages of unknown types;
- in a JSON text that is no object every string is masked, and so is a payload that is a string where
  its message has none such;
- a text that is no JSON, and bytes that are no zstd frame, are masked as a whole; where a protocol reads
  binary messages like text, they are masked like text;
- what looks like a token, and secrets that were seen before, are masked wherever they occur. Where a
  file can be read twice, so are those that come later: see :meth:`Redactor.learning`.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_plus

from voxwire.default import protocol_or_vox
from voxwire.errors import CompressionError
from voxwire.limits import MAX_DEPTH, MAX_FRAME_SIZE
from voxwire.masking import mask_secrets, mask_tokens_of
from voxwire.rules.compression import ZSTD_TOO_LARGE, ZSTD_TRAILING_DATA
from voxwire.wire.bounds import exceeds_depth, exceeds_size
from voxwire.wire.compression import Compressor, Decompressor
from voxwire.wire.json_scan import LONE, NotJsonError, Scalar, scan, string_literal, string_value
from voxwire.wire.mistakes import reads_binary
from voxwire.wire.strict_json import pointer_step
from voxwire.wire.text_payloads import text_payloads
from voxwire.wire.word_mask import WordMask

if TYPE_CHECKING:
    from collections.abc import Iterator, Set

    from voxwire.protocol import AnyProtocol

PREFIX: Final = "masked-"
"""What every mask begins with."""

_KEY_SIZE: Final = 32
_TAG_SIZE: Final = 5
"""Bytes of a tag. Among 100,000 secrets, two share a mask with a probability of half a percent."""

_REMEMBERED: Final = 32
"""Secrets that are looked for in other texts: the latest ones, so that the cost stays small."""

_LOOKED_FOR: Final = range(16, 257)
"""Lengths of such secrets. Shorter ones could be ordinary words; longer ones are not quoted."""

_MOST_LEARNED: Final = 1_000_000
"""Secrets of a file that are known by their hash: 80 MB of memory."""

_WORD: Final = re.compile(r"[\w.~+/=-]{16,256}+")
"""What may be a secret that is quoted in a text."""

_DIGIT: Final = re.compile(r"[0-9]")
_QUERY: Final = re.compile(r"([?&])([^=&#]*)=([^&#]*)")
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
"""What every zstd frame begins with (RFC 8878, section 3.1.1)."""
_CREDENTIALS: Final = re.compile(r"(?<=//)[^/?#]*(?=@)")


class Redactor:
    """Masks the secrets of messages, alike for all messages that it is given.

    Use one for a file, or for several that belong together. Not thread-safe.

    >>> Redactor(key=bytes(32)).message('{"type":"identify","d":{"token":"vox_sess_46KiE4r"}}')
    '{"type":"identify","d":{"token":"masked-4c1fd7bf82"}}'
    """

    def __init__(
        self,
        key: bytes | None = None,
        *,
        protocol: AnyProtocol | None = None,
        words: bool = False,
    ) -> None:
        """`key` decides the masks, up to 64 bytes; by default it is random and never leaves.
        `protocol` says what is secret; by default it is Vox's. With `words`, what people wrote is
        masked, too."""
        protocol = protocol_or_vox(protocol)
        mask_tokens_of(protocol)
        self._key = secrets.token_bytes(_KEY_SIZE) if key is None else key
        self._secret_keys: Final = frozenset(map(str.lower, protocol.secrets.keys))
        self._keys_with_payload: Final = self._secret_keys | {
            str(protocol.envelope.payload_key).lower()
        }
        self._words: Final = WordMask(self._key, protocol) if words else None
        self._type_key: Final = protocol.envelope.type_key
        self._plain_types: Final = _plain_types(protocol)
        self._reads_binary: Final = reads_binary("client", protocol)
        self._parameters: Final = frozenset(protocol.endpoint.parameters)
        # Elsewhere, a payload that is a string is a mistake, and may be a secret in the wrong place.
        self._text_payloads: Final = text_payloads(protocol)
        payload = protocol.envelope.payload_key
        self._payload_key: Final = payload and json.dumps(payload, ensure_ascii=False)
        self._decompressor = Decompressor(protocol=protocol)
        self._compressor = Compressor()
        self._latest: dict[str, str] = {}
        self._learned: Final[set[int]] = set()
        self._is_learning = False
        # A secret that is the name of something of the protocol is none anywhere else.
        self._names: Final = {
            str(name)
            for names in (protocol.client, protocol.server, protocol.close_codes.__members__)
            for name in names
        } | protocol.envelope.keys

    @contextmanager
    def learning(self) -> Iterator[None]:
        """Secrets that are masked in this context are known from then on, wherever they occur, also as
        the whole value of a key that nobody knows. For files that are read twice: what is masked the
        first time is thrown away."""
        self._is_learning = True
        try:
            yield
        finally:
            self._is_learning = False

    def message(self, data: str | bytes) -> str | bytes:
        """The content of a WebSocket message without its secrets: text of text, bytes of bytes."""
        if isinstance(data, str):
            return self.json(data)
        if self._reads_binary and not data.startswith(_ZSTD):
            text = self.json(data.decode("utf-8", "surrogateescape"))
            return text.encode("utf-8", "surrogateescape")
        return self._compressed(data)

    def json(self, text: str) -> str:
        """A frame's JSON without its secrets; a text that is no JSON is masked as a whole."""
        if not text.strip():
            return text
        if exceeds_size(text):
            return self._whole(text)
        # Escapes can hide a token from a search in the text, so that each string is looked at then.
        searches = bool(self._learned) or "\\" in text or self.text(text) != text
        everything = not text.lstrip().startswith("{")
        parts: list[str] = []
        end = 0
        is_payload = False
        try:
            for scalar in scan(text, self._keys_in(text), self._word_keys_in(text)):
                literal = text[scalar.start : scalar.end]
                if is_payload and scalar.kind == "string" and self._is_text_due(text):
                    is_payload = False
                masked = self._scalar(scalar, literal, everything or is_payload, searches)
                is_payload = scalar.kind == "key" and literal == self._payload_key
                if masked is not literal:
                    parts += (text[end : scalar.start], masked)
                    end = scalar.end
        except NotJsonError:
            return self._whole(text)
        return "".join((*parts, text[end:])) if parts else text

    def _is_text_due(self, text: str) -> bool:
        """Whether the payload of a frame may be a string."""
        if not self._text_payloads:
            return False
        try:
            type_ = json.loads(text)[self._type_key]
        except (ValueError, KeyError, RecursionError):
            return False
        return isinstance(type_, str | int) and type_ in self._text_payloads

    def text(self, text: str) -> str:
        """Any other text, such as a close reason, without tokens and without secrets seen before."""
        found = [secret for secret in self._latest if secret in text]
        for secret in sorted(found, key=len, reverse=True):  # one may begin like another
            text = text.replace(secret, self._latest[secret])
        if self._learned:
            text = self.mask(text) if self._is_learned(text) else _WORD.sub(self._word, text)
        return mask_secrets(text)

    def url(self, url: str) -> str:
        """An address without user name and password, and without the values of all parameters but the
        protocol's own."""
        url = _CREDENTIALS.sub(lambda match: self.mask(match[0]), url)
        return self.text(_QUERY.sub(self._parameter, url))

    def mask(self, secret: str) -> str:
        """What stands for `secret`: as long as it is, if that is long enough; nothing for nothing."""
        if not secret:
            return secret
        data = secret.encode("utf-8", "surrogatepass")
        tag = hashlib.blake2b(data, digest_size=_TAG_SIZE, key=self._key).hexdigest()
        mask = f"{PREFIX}{tag}".ljust(len(secret), "*")
        if len(secret) in _LOOKED_FOR and secret not in self._names:
            if self._is_learning and len(self._learned) < _MOST_LEARNED:
                self._learned.add(hash(secret))
            self._latest.pop(secret, None)
            self._latest[secret] = mask
            if len(self._latest) > _REMEMBERED:
                del self._latest[next(iter(self._latest))]
        return mask

    def _word_keys_in(self, text: str) -> Set[str]:
        """The keys below which people's words stand in a frame."""
        if self._words is None:
            return frozenset()
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return self._words.keys_of(None)
        type_ = value.get(self._type_key) if isinstance(value, dict) else None
        return self._words.keys_of(_hashable(type_))

    def _is_learned(self, text: str) -> bool:
        return hash(text) in self._learned and text not in self._names

    def _word(self, match: re.Match[str]) -> str:
        return self.mask(match[0]) if self._is_learned(match[0]) else match[0]

    def _keys_in(self, text: str) -> frozenset[str]:
        """The keys below which all is secret in a frame: that of the payload, too, if it may be."""
        if self._plain_types is None:
            return self._secret_keys
        try:
            pairs = json.loads(text, object_pairs_hook=list)
        except (ValueError, RecursionError):
            return self._keys_with_payload
        types = [pair[1] for pair in pairs if pair[0] == self._type_key] if pairs else []
        is_plain = types and all(map(self._plain_types.__contains__, map(_hashable, types)))
        return self._secret_keys if is_plain else self._keys_with_payload

    def _scalar(self, scalar: Scalar, literal: str, everything: bool, searches: bool) -> str:
        """What stands for a scalar; the same object when it stays."""
        if scalar.kind == "number":
            # Another number with as many digits: most likely as valid as the one that it stands for.
            return _DIGIT.sub("1", literal) if scalar.is_marked else literal
        if scalar.kind == "string" and (scalar.is_marked or everything):
            value = string_value(literal)
            return f"{json.dumps(self.mask(value))[:-1]}{_fault(value, literal)}{literal[-1]}"
        if scalar.is_below and self._words is not None and scalar.kind == "string":
            return self._words.literal(literal)
        if not searches:
            return literal
        value = string_value(literal)
        masked = self.text(value)
        if masked == value:
            return literal
        spelled = string_literal(masked, literal)
        if LONE.search(masked):
            return spelled
        return f"{spelled[:-1]}{_fault(value, literal)}{literal[-1]}"

    def _compressed(self, data: bytes) -> bytes:
        try:
            content = self._decompressor.decompress(data)
        except CompressionError as error:
            return self._unreadable(data, error.rule)
        text = str(content, "utf-8", "surrogateescape")
        masked = self.json(text)
        if masked == text:
            return data
        return self._compressor.compress(masked.encode("utf-8", "surrogateescape"))

    def _unreadable(self, data: bytes, rule: str) -> bytes:
        """A message that cannot be looked into, replaced by one with the same mistake."""
        if rule == ZSTD_TOO_LARGE:
            return self._compressor.compress(bytes(MAX_FRAME_SIZE + 1))
        if rule == ZSTD_TRAILING_DATA:
            return self._compressor.compress(PREFIX.encode()) + PREFIX.encode()
        return self.mask(data.decode("latin-1")).encode()

    def _whole(self, text: str) -> str:
        """A mask for all of `text`, with as many bytes, and not UTF-8 either if that was not."""
        deep = "[" * (MAX_DEPTH + 1) if exceeds_depth(text) else ""
        mask = deep + self.mask(text)
        bad = LONE.search(text)
        if bad:
            return mask + bad[0]
        return mask.ljust(len(text.encode("utf-8", "surrogatepass")), "*")

    def _parameter(self, match: re.Match[str]) -> str:
        before, name, value = match.groups()
        # The protocol's own say nothing secret; what others hold nobody knows.
        if unquote_plus(name) in self._parameters:
            return match[0]
        return f"{before}{name}={self.mask(unquote_plus(value))}"


def _plain_types(protocol: AnyProtocol) -> frozenset[Any] | None:
    """The types of messages whose payload is not secret as a whole; None where none is."""
    at = pointer_step(protocol.envelope.payload_key or "")
    places = (protocol.secrets.client, protocol.secrets.server)
    secret = {type_ for listed in places for type_, found in listed.items() if at in found}
    known = {*protocol.client, *protocol.server}
    return frozenset(known - secret) if secret else None


def _fault(value: str, literal: str) -> str:
    """What is wrong with a JSON string in itself: half of a surrogate pair or a byte that is not UTF-8,
    as it was written. It stands behind the mask, too."""
    lone = LONE.search(literal)
    if lone:
        return lone[0]
    lone = LONE.search(value)
    return "" if lone is None else json.dumps(lone[0])[1:-1]


def _hashable(value: object) -> object:
    """The value, if it can be a type; else what is none."""
    return value if isinstance(value, str | int) else None
