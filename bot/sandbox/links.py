"""Links in what a bot sends: which schemes Discord takes where, and files of the message that are really there.

Schemes, codes and sentences are those of Discord's answers.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from .errors import invalid_form
from .files import clean_filename
from .media import FILE, GALLERY, SCHEME, THUMBNAIL
from .model import Json, walk_components

WEB, MEDIA, BUTTON = ("http", "https"), ("http", "https", "attachment"), ("http", "https", "discord")
LINK_STYLE = 5


def check_embed_links(path: str, embed: Json) -> None:
    """Every link of an embed; 50035 for one that does not lead to the web or to a file."""
    author, footer = embed.get("author") or {}, embed.get("footer") or {}
    _check(f"{path}.url", embed.get("url"), WEB)
    _check(f"{path}.author.url", author.get("url"), WEB)
    _check(f"{path}.author.icon_url", author.get("icon_url"), MEDIA)
    _check(f"{path}.footer.icon_url", footer.get("icon_url"), MEDIA)
    for key in ("image", "thumbnail"):
        _check(f"{path}.{key}.url", (embed.get(key) or {}).get("url"), MEDIA)


def check_part_links(path: str, part: Json) -> None:
    """Every link of a component; a file component takes only files of its message."""
    if part.get("type") == 2 and part.get("style") == LINK_STYLE:
        _check(f"{path}.url", part.get("url"), BUTTON)
    for where, url in _media_of(part):
        _check(f"{path}.{where}", url, ("attachment",) if part.get("type") == FILE else MEDIA)


def check_attached(components: list[Json], names: Collection[str]) -> None:
    """Raise 50035 where a component shows a file that is not among the message's."""
    known = {clean_filename(one) for one in names}
    for index, part in enumerate(walk_components(components)):
        for where, url in _media_of(part):
            if url.startswith(SCHEME) and url.removeprefix(SCHEME) not in known:
                raise invalid_form(
                    f"components.{index}.{where}",
                    "The referenced attachment was not found",
                    "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
                )


def _media_of(part: Json) -> list[tuple[str, str]]:
    """The places and links of a component's media."""
    kind = part.get("type")
    if kind == GALLERY:
        items = part.get("items") or []
        return [(f"items.{at}.media.url", str(one["media"].get("url", ""))) for at, one in enumerate(items)]
    if kind == THUMBNAIL:
        return [("media.url", str(part["media"].get("url", "")))]
    return [("file.url", str(part["file"].get("url", "")))] if kind == FILE else []


def _check(path: str, url: str | None, schemes: tuple[str, ...]) -> None:
    if not url:
        return
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme and parts.scheme.lower() not in schemes:
        told = f'Scheme "{parts.scheme}" is not supported. Scheme must be one of {schemes}.'
        raise invalid_form(path, told, "URL_TYPE_INVALID_SCHEME")
    if not parts.scheme or not parts.netloc or re.search(r"[\s\x00-\x1f]", url):
        raise invalid_form(path, "Not a well formed URL.", "URL_TYPE_INVALID_URL")
