"""Files shown inside embeds and components: `attachment://` links turned into links to the message's files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from .contents import Attachment
from .files import FileStore
from .model import Json, Message

SCHEME = "attachment://"
THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = 11, 12, 13, 14, 17
LOOKS: Final[dict[int, Json]] = {
    THUMBNAIL: {"description": None, "spoiler": False},
    FILE: {"spoiler": False},
    SEPARATOR: {"divider": True, "spacing": 1},
    CONTAINER: {"accent_color": None, "spoiler": False},
}
"""What Discord tells of a part whose sender said nothing about it."""


class Media:
    """Embeds and components as they are shown, with fresh links."""

    def __init__(self, files: FileStore) -> None:
        self._files = files

    def embed(self, embed: Json, message: Message) -> Json:
        """One embed of a message."""
        body = dict(embed)
        if embed.get("fields"):
            body["fields"] = [{"inline": False} | one for one in embed["fields"]]
        for key in ("image", "thumbnail", "video"):
            found = self._named((embed.get(key) or {}).get("url", ""), message)
            if found is not None:
                link = self._files.link(found)
                body[key] = {"url": link, "proxy_url": link}
                if found.width is not None:
                    body[key] |= {"width": found.width, "height": found.height}
        return body

    def components(self, message: Message) -> list[Json]:
        """The components of a message."""
        return [self._component(_without_nothing(one), message) for one in message.components]

    def _component(self, part: Json, message: Message) -> Json:
        kind = part.get("type", 0)
        body = {**LOOKS.get(kind, {}), **part}
        if part.get("components"):
            body["components"] = [self._component(one, message) for one in part["components"]]
        if part.get("accessory"):
            body["accessory"] = self._component(part["accessory"], message)
        if kind == GALLERY:
            items = part.get("items") or []
            body["items"] = [_described(one) | {"media": self._item(one["media"], message)} for one in items]
        elif kind == THUMBNAIL:
            body = _described(body) | {"media": self._item(part["media"], message)}
        elif kind == FILE:
            found = self._named(part["file"].get("url", ""), message)
            told = {"name": found.filename, "size": len(found.data)} if found else {"name": None, "size": None}
            body |= told | {"file": self._item(part["file"], message)}
        return body

    def _item(self, media: Json, message: Message) -> Json:
        """What Discord makes of a link to a file; a foreign link stays as it is."""
        url = media.get("url", "")
        if (found := self._named(url, message)) is None:
            return {"id": str(message.id), "url": url, "proxy_url": url}
        link = self._files.link(found)
        return {
            "id": str(found.id),
            "url": link,
            "proxy_url": link,
            "width": found.width,
            "height": found.height,
            "content_type": found.content_type,
            "attachment_id": str(found.id),
        }

    @staticmethod
    def _named(url: str, message: Message) -> Attachment | None:
        if not url.startswith(SCHEME):
            return None
        name = url.removeprefix(SCHEME)
        return next((one for one in message.files if one.filename == name), None)


def numbered(components: list[Json]) -> list[Json]:
    """The components with what Discord fills in: `id` numbers, counted in reading order."""
    count = 0

    def visit(part: Json) -> Json:
        nonlocal count
        count += 1
        body = dict(part)
        body["id"] = part.get("id") or count
        if part.get("components"):
            body["components"] = [visit(one) for one in part["components"]]
        for key in ("accessory", "component"):
            if part.get(key):
                body[key] = visit(part[key])
        return body

    return [visit(one) for one in components]


def embedded_names(embeds: Iterable[Json]) -> set[str]:
    """The names of the files that embeds show through `attachment://`."""
    urls = [(embed.get(key) or {}).get("url") or "" for embed in embeds for key in ("image", "thumbnail", "video")]
    return {one.removeprefix("attachment://") for one in urls if one.startswith("attachment://")}


def _without_nothing(value: Any) -> Any:
    """The component without fields that were sent as null: Discord leaves them out."""
    if isinstance(value, dict):
        return {key: _without_nothing(one) for key, one in value.items() if one is not None}
    return [_without_nothing(one) for one in value] if isinstance(value, list) else value


def _described(part: Json) -> Json:
    return {"description": None, "spoiler": False} | {key: value for key, value in part.items() if value is not None}
