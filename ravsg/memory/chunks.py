"""Cuts a text into passages that overlap, at the ends of paragraphs, sentences or words where they allow it.

Sizes count characters (Unicode code points). This module embeds nothing: how many tokens a passage has is the
embedder's affair, which windows what is too long for it.
"""

from __future__ import annotations

from semantic_text_splitter import TextSplitter


def split(text: str, size: int = 500, overlap: int = 50) -> list[str]:
    """The passages of a text, in order, without the white space around them; none for an empty text.

    Raises ValueError when `overlap` is not smaller than `size`.
    """
    return [passage for _, chunk in spans(text, size, overlap) if (passage := chunk.strip())]


def spans(text: str, size: int = 500, overlap: int = 50) -> list[tuple[int, str]]:
    """(first character, passage) with the white space kept: together the passages cover the whole text.

    Every passage has at most `size` characters and begins at most `overlap` characters before the end of the one
    before it. Raises ValueError when `overlap` is not smaller than `size`.
    """
    return list(TextSplitter(size, overlap=overlap, trim=False).chunk_indices(text))
