"""The typesetter: data and pictures in, PDF, PNG or SVG out; and what to do with letters that no font has.

Typst reads the templates of this folder and one JSON file. What members and models wrote is a string in that file,
never source, so nothing of it can be markup, read files or fetch packages; its folder holds the job alone.

PDFs are made as PDF/UA-1 (tagged, with alternatives for pictures), and for that standard Typst refuses letters
without a glyph and names them. They are replaced by `BOX` and reported, so that no hole goes unmentioned.
Everything here blocks for tens of milliseconds up to seconds and lets go of Python's lock: callers use a thread.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import typst

TEMPLATES: Final = Path(__file__).parent / "templates"
BOX: Final = "□"
ROUNDS: Final = 6
"""How often missing letters are asked for: without one, its neighbours may come from another font."""
MISSING: Final = re.compile(r'the text `"((?:[^"\\`]|\\.)+)"` could not be displayed')
ESCAPED: Final = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")

FONTS: Final = (
    *("Libertinus Serif", "Noto Serif", "Noto Naskh Arabic", "Noto Serif Hebrew", "Noto Serif Devanagari"),
    *("Noto Serif Thai", "Noto Serif Georgian", "Noto Serif Armenian", "Noto Serif Ethiopic", "Noto Serif Bengali"),
    *("DejaVu Serif", "Noto Sans Symbols2", "Noto Color Emoji", "Noto Sans", "DejaVu Sans"),
)
"""Families in the order in which letters look for a glyph, the first comes with Typst; then any font there is."""
CHINESE_JAPANESE_KOREAN: Final = {"ja": "JP", "ko": "KR", "zh": "SC"}


@dataclass(frozen=True, slots=True)
class Printed:
    """A file, and the letters of its texts that no font of this machine has."""

    data: bytes
    missing: frozenset[str] = frozenset()


class Press:
    """Knows the fonts of this machine; made once, used from threads."""

    def __init__(self, *, system_fonts: bool = True) -> None:
        self._fonts = typst.Fonts(include_system_fonts=system_fonts)
        self._families = frozenset(self._fonts.families())

    def families(self, language: str) -> list[str]:
        """Fonts for a language (BCP 47), the best first; at least one that this machine has."""
        first, _, rest = language.partition("-")
        region = "TC" if rest.lower() in {"hant", "tw", "hk"} else CHINESE_JAPANESE_KOREAN.get(first.lower(), "SC")
        wanted = [*FONTS[:-3], f"Noto Serif CJK {region}", f"Noto Sans CJK {region}", *FONTS[-3:]]
        return [family for family in wanted if family in self._families]

    def pdf(self, template: str, data: Mapping[str, Any], files: Mapping[str, bytes], moment: datetime) -> Printed:
        """A PDF/UA-1 of a template, dated `moment`. Raises typst.TypstError for a broken template."""
        with tempfile.TemporaryDirectory(prefix="ravsg-book-") as folder:
            return self._set(self._laid_out(Path(folder), files) / template, data, moment)

    def picture(
        self, template: str, data: Mapping[str, Any], files: Mapping[str, bytes], *, ppi: int = 144, svg: bool = False
    ) -> Printed:
        """The single page of a template as PNG, or as SVG with its letters as outlines."""
        with tempfile.TemporaryDirectory(prefix="ravsg-book-") as folder:
            page = self._laid_out(Path(folder), files) / template
            missing = self._set(page, data).missing  # only PDFs are refused for missing letters
            return Printed(self._compile(page, "svg" if svg else "png", ppi=ppi), missing)

    def _set(self, template: Path, data: Mapping[str, Any], moment: datetime | None = None) -> Printed:
        """The PDF; what it was made from, with boxes for missing letters, stays in the folder."""
        missing: frozenset[str] = frozenset()
        for _ in range(ROUNDS):
            text = json.dumps(boxed(data, missing), ensure_ascii=False)
            (template.parent / "book.json").write_text(text, encoding="utf-8")
            try:
                return Printed(self._compile(template, "pdf", moment=moment), missing)
            except typst.TypstError as error:
                found = unprintable(str(error.diagnostic))
                if not found - missing:
                    raise
                missing |= found
        raise RuntimeError(f"letters without a font were still found after {ROUNDS} rounds")

    def _laid_out(self, folder: Path, files: Mapping[str, bytes]) -> Path:
        for template in TEMPLATES.glob("*.typ"):
            shutil.copy(template, folder)
        for name, content in files.items():
            (folder / name).write_bytes(content)
        return folder

    def _compile(
        self, template: Path, form: typst.OutputFormat, *, moment: datetime | None = None, ppi: int | None = None
    ) -> bytes:
        made = typst.Compiler(template, root=template.parent, font_paths=self._fonts).compile(
            format=form, ppi=ppi, timestamp=moment, pdf_standards=["ua-1"] if form == "pdf" else []
        )
        if not isinstance(made, bytes):
            raise TypeError(f"{template.name} is not a single document")
        return made


def unprintable(diagnostic: str) -> frozenset[str]:
    """The letters (or clusters of them) that Typst's message says no font has."""

    def plain(match: re.Match[str]) -> str:
        return chr(int(match[1], 16)) if match[1] else match[2]

    return frozenset(ESCAPED.sub(plain, text) for text in MISSING.findall(diagnostic))


def boxed(data: Any, missing: frozenset[str]) -> Any:
    """The same data with every missing letter in its texts replaced by `BOX`, marks upon letters by nothing."""
    if not missing:
        return data
    if isinstance(data, str):
        letters = "|".join(map(re.escape, sorted(missing, key=len, reverse=True)))
        return re.sub(letters, lambda found: BOX if _has_width(found[0]) else "", data)
    if isinstance(data, Mapping):
        return {key: boxed(value, missing) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [boxed(value, missing) for value in data]
    return data


def _has_width(letters: str) -> bool:
    """Not marks and joiners alone: they belong to the letter before them, which has a box of its own."""
    return any(unicodedata.category(letter)[0] != "M" and unicodedata.category(letter) != "Cf" for letter in letters)


def scripts(letters: frozenset[str]) -> list[str]:
    """The writing systems of letters in plain words, sorted: “Thai”, “Hangul”, “emoji and symbols”."""
    found = set()
    for letter in letters:
        name = unicodedata.name(letter[0], "")
        if unicodedata.category(letter[0])[0] in "LM" and name:
            found.add("Chinese characters" if name.startswith("CJK") else name.split()[0].split("-")[0].capitalize())
        else:
            found.add("emoji and symbols")
    return sorted(found)
