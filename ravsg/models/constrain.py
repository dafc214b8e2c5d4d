"""Decoding held to a JSON schema, so that an answer always parses, whatever the weights say.

llguidance computes which tokens may come next; this module adds the one thing it leaves open: an answer that nears
its token limit is closed in the shortest way. It knows no model and no sampling: it hands out masks and takes tokens.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ravsg.errors import ModelError

if TYPE_CHECKING:
    import numpy.typing as npt
    from transformers import PreTrainedTokenizerBase

_FORMAT: Final = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}
"""One way to write each value, that of `json.dumps`: free spaces would let a model idle between two tokens."""
_CLOSERS: Final = ('"', "]", "}", ",", "0", "a", "e", "n")
"""What a shortest ending prefers, in this order; any other allowed letter comes after."""


class JsonGuides:
    """Makes guides for one tokenizer. Reading the tokenizer takes up to a second: keep it beside the model."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, width: int, ends: list[int]) -> None:
        """`width` is the number of scores a model gives, at least the tokenizer's size; `ends` its end tokens."""
        from llguidance.hf import from_tokenizer

        self._tokens = from_tokenizer(tokenizer, n_vocab=width, eos_token=ends)
        self._width = width
        self._ends = frozenset(ends)
        self._letters = self._single_letters()
        self._preferred = [self._letters[byte] for closer in _CLOSERS if (byte := closer.encode()) in self._letters]
        self._grammars: dict[str, tuple[Any, int]] = {}

    def guide(self, schema: str, room: int) -> JsonGuide:
        """Begin an answer under a schema, of at most `room` tokens. Raises ModelError where none can fit."""
        if schema not in self._grammars:
            self._grammars[schema] = self._compile(schema)
        matcher, shortest = self._grammars[schema]
        if shortest > room:
            raise ModelError(
                detail=f"an answer under this schema takes {shortest} tokens at least, {room} are allowed"
            )
        # An open string, escape or letter of several bytes adds a few tokens to the shortest way; twice is ample.
        return JsonGuide(self, matcher.deep_copy(), reserve=2 * shortest + 32)

    def _compile(self, schema: str) -> tuple[Any, int]:
        from llguidance import LLMatcher

        grammar = LLMatcher.grammar_from_json_schema(schema, overrides=_FORMAT)
        matcher = LLMatcher(self._tokens, grammar)
        if matcher.is_error():
            raise ModelError(detail=f"the schema cannot be followed: {matcher.get_error()}")
        return matcher, len(self.ending(matcher, 4096))

    def ending(self, matcher: Any, most: int) -> list[int]:
        """A short way from here to the end of the answer, as tokens. Raises ModelError where `most` do not do."""
        matcher = matcher.deep_copy()
        way: list[int] = []
        while not matcher.is_accepting():
            step = matcher.compute_ff_tokens() or [self._nearest(self.mask(matcher))]
            way += step
            if len(way) > most or not matcher.consume_tokens(step):
                raise ModelError(detail=f"no room to close the JSON answer ({most} tokens left)")
        return way

    def mask(self, matcher: Any) -> npt.NDArray[np.bool_]:
        """Which tokens may come next, shape [width]."""
        from llguidance.numpy import allocate_token_bitmask, fill_next_token_bitmask

        bits = allocate_token_bitmask(1, self._width)
        fill_next_token_bitmask(matcher, bits)
        return np.unpackbits(bits[0].view(np.uint8), count=self._width, bitorder="little").astype(np.bool_)

    def only(self, token: int | None) -> npt.NDArray[np.bool_]:
        """A mask that lets one token through; None stands for the end of the answer."""
        mask = np.zeros(self._width, dtype=np.bool_)
        mask[list(self._ends) if token is None else token] = True
        return mask

    def _nearest(self, mask: npt.NDArray[np.bool_]) -> int:
        for token in self._preferred:
            if mask[token]:
                return token
        for byte, token in self._letters.items():
            if mask[token] and byte != b"\\":
                return token
        return int(mask.argmax())

    def _single_letters(self) -> dict[bytes, int]:
        letters: dict[bytes, int] = {}
        for token in range(self._tokens.vocab_size):
            if not self._tokens.is_special_token(token):
                text = self._tokens.decode_bytes([token])
                if len(text) == 1:
                    letters.setdefault(text, token)
        return letters


@dataclass(slots=True)
class JsonGuide:
    """One answer on its way: ask `allowed`, then tell what was drawn with `take`."""

    _guides: JsonGuides
    _matcher: Any
    reserve: int
    """From so many tokens left on, the answer is brought to its end."""
    _ending: list[int] | None = field(default=None)

    def allowed(self, room: int) -> npt.NDArray[np.bool_]:
        """Which tokens may come next when `room` are left, shape [width]. Raises ModelError."""
        if self._ending is None and room <= self.reserve:
            self._ending = self._guides.ending(self._matcher, room)
        if self._ending is not None:
            return self._guides.only(self._ending[0] if self._ending else None)
        return self._guides.mask(self._matcher)

    def take(self, token: int) -> None:
        """Take the token that was drawn. Raises ModelError when it was not allowed."""
        if self._ending:
            self._ending.pop(0)
        if not self._matcher.consume_token(token):
            raise ModelError(detail=f"a token outside the schema was drawn: {self._matcher.get_error()}")

    @property
    def finished(self) -> bool:
        """Whether the answer is whole and nothing may follow."""
        return bool(self._matcher.is_stopped() or (self._ending is not None and self._matcher.is_accepting()))
