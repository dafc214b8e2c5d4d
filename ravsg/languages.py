"""The languages that stories are told in, as members name them: "Spanish", "español" or "es".

A name goes into prompts as it stands, so it is one line of letters. Which tag (BCP 47) a book carries is looked up in
a small table, the languages of Discord's own client first; a name that is not there is a language all the same, only
its tag is unknown. Nothing is said, and nothing found, about which languages a model can write.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from ravsg.errors import BadInput

LONGEST: Final = 40
"""Characters: "Chinese (Traditional, as in Taiwan)" fits, an instruction hardly does."""
UNKNOWN: Final = "und"
"""The tag of a language that has no other here, as BCP 47 writes it."""
ENGLISH: Final = "en"
NOT_A_LANGUAGE: Final = "That is not the name of a language as I can take it."
NOT_A_LANGUAGE_REMEDY: Final = (
    f"Please name it in at most {LONGEST} letters, for instance “Spanish” or “Portuguese (Brazil)”; spaces, hyphens "
    "and brackets may stand between them."
)

_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "ar": ("Arabic", "العربية"),
    "bg": ("Bulgarian", "български"),
    "bn": ("Bengali", "বাংলা"),
    "ca": ("Catalan", "català"),
    "cs": ("Czech", "čeština"),
    "cy": ("Welsh", "Cymraeg"),
    "da": ("Danish", "dansk"),
    "de": ("German", "Deutsch"),
    "el": ("Greek", "ελληνικά"),
    "en": ("English",),
    "eo": ("Esperanto",),
    "es": ("Spanish", "español", "castellano", "Castilian"),
    "et": ("Estonian", "eesti"),
    "eu": ("Basque", "euskara"),
    "fa": ("Persian", "Farsi", "فارسی"),
    "fi": ("Finnish", "suomi"),
    "fr": ("French", "français"),
    "ga": ("Irish", "Gaeilge"),
    "gl": ("Galician", "galego"),
    "he": ("Hebrew", "עברית"),
    "hi": ("Hindi", "हिन्दी"),
    "hr": ("Croatian", "hrvatski"),
    "hu": ("Hungarian", "magyar"),
    "id": ("Indonesian", "Bahasa Indonesia"),
    "is": ("Icelandic", "íslenska"),
    "it": ("Italian", "italiano"),
    "ja": ("Japanese", "日本語"),
    "ko": ("Korean", "한국어"),
    "la": ("Latin", "latina"),
    "lt": ("Lithuanian", "lietuvių"),
    "lv": ("Latvian", "latviešu"),
    "ms": ("Malay", "Bahasa Melayu"),
    "nb": ("Norwegian Bokmål", "bokmål"),
    "nl": ("Dutch", "Nederlands", "Flemish"),
    "nn": ("Norwegian Nynorsk", "nynorsk"),
    "no": ("Norwegian", "norsk"),
    "pl": ("Polish", "polski"),
    "pt": ("Portuguese", "português"),
    "pt-BR": ("Portuguese (Brazil)", "Brazilian Portuguese", "português (Brasil)", "português brasileiro"),
    "ro": ("Romanian", "română"),
    "ru": ("Russian", "русский"),
    "sk": ("Slovak", "slovenčina"),
    "sl": ("Slovenian", "Slovene", "slovenščina"),
    "sr": ("Serbian", "српски", "srpski"),
    "sv": ("Swedish", "svenska"),
    "sw": ("Swahili", "Kiswahili"),
    "th": ("Thai", "ไทย"),
    "tr": ("Turkish", "Türkçe"),
    "uk": ("Ukrainian", "українська"),
    "ur": ("Urdu", "اردو"),
    "vi": ("Vietnamese", "Tiếng Việt"),
    "zh": ("Chinese", "Mandarin", "中文"),
    "zh-Hans": ("Chinese (Simplified)", "Simplified Chinese", "简体中文"),
    "zh-Hant": ("Chinese (Traditional)", "Traditional Chinese", "繁體中文"),
}
"""Tag → the English name, then others that people use."""
_BETWEEN: Final = frozenset(" -()")


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


_TAGS: Final = {_folded(name): tag for tag, names in _NAMES.items() for name in (tag, *names)}


def checked(language: str) -> str:
    """What a member wrote as a language, with single spaces; empty for nothing. Raises BadInput for anything but one
    short line of letters."""
    plain = re.sub(" +", " ", language).strip(" ")
    if not plain:
        return ""
    fitting = all(one in _BETWEEN or unicodedata.category(one)[0] in "LM" for one in plain)
    if not fitting or len(plain) > LONGEST or not any(one.isalpha() for one in plain):
        raise BadInput(NOT_A_LANGUAGE, NOT_A_LANGUAGE_REMEDY)
    return plain


def tag_of(language: str) -> str:
    """The BCP 47 tag of a language; "en" where none is named, "und" where it is not known. What stands in brackets
    behind a known name is left out: "Spanish (Mexico)" is Spanish."""
    asked = _folded(language)
    if not asked or "english" in asked.split():
        return ENGLISH
    bare = asked.partition("(")[0].strip()
    return _TAGS.get(asked) or _TAGS.get(bare) or _TAGS.get(asked.partition("-")[0]) or UNKNOWN


def is_english(language: str) -> bool:
    """Whether a story is told in English, which it is where nobody said anything else."""
    return tag_of(language) == ENGLISH


def name_of(language: str) -> str:
    """A language as a prompt names it: in English where a tag was given, else as it was named."""
    tag = _TAGS.get(_folded(language), "")
    return _NAMES[tag][0] if tag and tag.casefold() == _folded(language) else language
