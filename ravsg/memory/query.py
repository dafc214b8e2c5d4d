"""A question to memory: words, and what an embedder made of texts and pictures.

Vectors are given; nothing is embedded here. A query is plain data and can be packed, so that a verdict on what it
brought can be given long after.
"""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from ravsg.types import Embedded

if TYPE_CHECKING:
    import numpy.typing as npt

_WORD: Final = re.compile(r"[^\W_]+")
_COMMON: Final = frozenset(
    _WORD.findall("""
    a an and are as at be but by for from had has have he her here his i in into is it its me my not of on or
    our out she so some that the their them then there they this to up us was we were what when where which who
    will with you your about after again all also any been before being can could did do does down each few get
    go how if just like made make more most no now off one only other over said see than these those through too
    under until very while would picture story tell write paint scene
    """)
)
_MOST_WORDS: Final = 32


@dataclass(frozen=True)
class Query:
    """What is looked for. Vectors are brought to length 1; raises ValueError for what has no direction."""

    words: str = ""
    texts: npt.NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float32))
    """[m, d], of texts."""
    pictures: npt.NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float32))
    """[n, d], of pictures."""
    model: str = ""
    """name@revision of the embedder; vectors of other models are not compared."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "texts", unit(self.texts) if len(self.texts) else self.texts)
        object.__setattr__(self, "pictures", unit(self.pictures) if len(self.pictures) else self.pictures)

    @classmethod
    def of(cls, words: str, embedded: Embedded | None = None) -> Self:
        """Words, and an embedder's output where there is one."""
        if embedded is None:
            return cls(words)
        return cls(words, embedded.texts, embedded.pictures, embedded.model)

    @property
    def vectors(self) -> npt.NDArray[np.float32]:
        """Pictures, then texts: [n + m, d]."""
        there = [part for part in (self.pictures, self.texts) if len(part)]
        return np.concatenate(there) if there else self.texts

    @property
    def dimensions(self) -> int:
        """d; 0 without vectors."""
        return int(self.vectors.shape[1]) if len(self.vectors) else 0

    @property
    def search_words(self) -> list[str]:
        """The words that are worth looking for."""
        return search_words(self.words)

    def pack(self) -> bytes:
        """The query as an .npz file."""
        file = io.BytesIO()
        meta = json.dumps({"words": self.words, "model": self.model}).encode()
        np.savez(file, meta=np.frombuffer(meta, dtype=np.uint8), texts=self.texts, pictures=self.pictures)
        return file.getvalue()

    @classmethod
    def unpack(cls, data: bytes) -> Self:
        """What `pack` made."""
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            meta = json.loads(file["meta"].tobytes())
            return cls(meta["words"], file["texts"], file["pictures"], meta["model"])


def words_of(text: str) -> list[str]:
    """Every word of a text, folded, in order."""
    return [word.casefold() for word in _WORD.findall(text)]


def search_words(text: str) -> list[str]:
    """The words of a text that are worth looking for, each once, at most 32: names first, then the longest."""
    seen: dict[str, tuple[bool, int]] = {}
    for word in _WORD.findall(text):
        low = word.casefold()
        if len(low) > 1 and low not in _COMMON and low not in seen:
            seen[low] = (not word[0].isupper(), -len(low))
    return sorted(seen, key=lambda word: seen[word])[:_MOST_WORDS]


def unit(vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The vectors at length 1. Raises ValueError for what has no direction."""
    if vectors.ndim != 2 or not np.isfinite(vectors).all():
        raise ValueError(f"finite vectors [n, d] expected, not {vectors.shape}")
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not (lengths > 1e-6).all():
        raise ValueError("a vector of length 0 has no direction")
    return np.asarray(vectors / lengths, dtype=np.float32)
