"""Texts of members and models, made ready for print: harmless characters, paragraphs, emphasis, quotation marks.

What leaves this module is still text, not markup: each format escapes it in its own way. Of Discord's markup,
emphasis is kept; custom emoji become their names, and mentions, which hold ids, an ellipsis. Links stay as the words
they are and are never active. Pure functions; quick, but not for the event loop when the text is a whole book.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

from markdown_it import MarkdownIt

from ravsg.book.labels import right_to_left

Style = Literal["plain", "em", "strong", "break"]

BREAK: Final = re.compile(r"(?:[*_~–—⁂❦☙•·#-]\s*){3,}|[⁂❦☙❧]")
MENTION: Final = re.compile(r"<(?:@[!&]?|#|/[^:<>\n]{1,40}:|t:)-?\d{1,20}(?::\w)?>")
EMOJI: Final = re.compile(r"<a?:(\w{1,40}):\d{1,20}>")
# what reorders text across its own border (embeddings, overrides, isolates), and what is no text at all; the joiners
# and the single direction marks, which Arabic, Persian, Hindi and emoji are written with, stay
UNPRINTABLE: Final = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb"
    r"\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
ENDS: Final = "".join(chr(plane << 16 | last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF))
BEYOND: Final = re.compile(f"[{ENDS}]")
QUOTES: Final = {
    "de": "„“‚‘",
    "fr": ["«\u202f", "\u202f»", "“", "”"],
    "es": "«»“”",
    "it": "«»“”",
    "pl": "„”«»",
    "ru": "«»„“",
    "uk": "«»„“",
    "el": "«»“”",
    "ja": "「」『』",
}
"""Outer and inner quotation marks by language; English ones where nothing is said."""


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in one style; a `break` is a line's end within a paragraph and has no text."""

    text: str
    style: Style = "plain"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Spans in reading order; none for a break between scenes. `rtl`: it begins in a right-to-left script."""

    spans: tuple[Span, ...]
    rtl: bool = False

    @property
    def text(self) -> str:
        """The words alone, a line's end as a space."""
        return "".join(" " if span.style == "break" else span.text for span in self.spans)


SCENE_BREAK: Final = Paragraph(())


def clean(text: str) -> str:
    """The text in NFC without characters that no book can hold or that reorder what stands around them."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    text = BEYOND.sub("", UNPRINTABLE.sub("", text))
    return unicodedata.normalize("NFC", text)


def line(text: str, most: int, otherwise: str = "") -> str:
    """One clean line of at most `most` characters, as titles and captions are; `otherwise` where nothing is left."""
    words = " ".join(MENTION.sub("…", EMOJI.sub(r"\1", clean(text))).split())
    words = re.sub(r"(?<=\w)'(?=\w)", "’", words)
    return (words if len(words) <= most else words[: most - 1].rstrip() + "…") or otherwise


def paragraphs(text: str, language: str) -> tuple[Paragraph, ...]:
    """What stands between empty lines, with emphasis, typographic quotation marks and breaks between scenes."""
    quotes = QUOTES.get(language.split("-", maxsplit=1)[0].lower(), "“”‘’")
    reader = MarkdownIt("zero", {"typographer": True, "quotes": quotes})
    reader.enable(["emphasis", "smartquotes", "newline", "escape"])
    found: list[Paragraph] = []
    for piece in map(str.strip, re.split(r"\n[^\S\n]*\n", MENTION.sub("…", EMOJI.sub(r"\1", clean(text))))):
        if BREAK.fullmatch(piece):
            if found and found[-1].spans:
                found.append(SCENE_BREAK)
        elif spans := _spans(reader, piece):
            found.append(Paragraph(spans, starts_right_to_left("".join(span.text for span in spans), language)))
    while found and not found[-1].spans:
        found.pop()
    return tuple(found)


def starts_right_to_left(text: str, language: str) -> bool:
    """Whether the first letter that has a direction runs to the left; without one, what the language does."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in {"L", "R", "AL"}:
            return direction != "L"
    return right_to_left(language)


def _spans(reader: MarkdownIt, piece: str) -> tuple[Span, ...]:
    """Emphasis within emphasis counts as the inner one."""
    spans: list[Span] = []
    open_styles: list[Style] = []
    for token in (token for whole in reader.parseInline(piece) for token in whole.children or ()):
        if token.type in {"em_open", "strong_open"}:
            open_styles.append("em" if token.type == "em_open" else "strong")
        elif token.type in {"em_close", "strong_close"}:
            open_styles.pop()
        elif token.type in {"softbreak", "hardbreak"}:
            spans.append(Span("", "break"))
        elif token.content:
            text = token.content.replace("...", "…").replace("---", "—").replace("--", "–")
            spans.append(Span(text, open_styles[-1] if open_styles else "plain"))
    return tuple(spans)
