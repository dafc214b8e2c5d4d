"""What tests of the cast do over and over: post a picture, have it looked at, name whoever is in it."""

from __future__ import annotations

from typing import Any

from bot import texts, texts_cast
from bot.sandbox.handles import Handle, Modal
from bot.sandbox.model import Message
from bot.sandbox.person import Person
from tests.sandbox.quick import picture
from tests.sandbox.village import Place

FOX = "a grey fox"
"""Whom the quick device sees in every picture."""


async def posted(place: Place, person: Person, *names: str) -> Message:
    """A message with a picture, or with one for each name."""
    files = [(f"{name}.png", picture(name)) for name in names or ("one",)]
    return await person.say(place.stories, "look", files=files)


async def seen(place: Place, person: Person, post: Message) -> tuple[Handle, Message]:
    """What a member is shown once the picture was looked at."""
    handle = await person.message_command(texts.MENU_ADD, post)
    return handle, await place.status(handle, texts_cast.EVERYBODY_SEES)


async def add(place: Place, person: Person, post: Message, **fields: str) -> str:
    """Add whoever is seen in a message's picture; gives what is said at the end."""
    _, shown = await seen(place, person, post)
    form = await (await person.press(shown, texts_cast.NAME_IT)).form()
    return await sent(person, form, **fields)


async def sent(person: Person, form: Modal, **fields: Any) -> str:
    """Send a form, with the name Mira unless another is given; gives what is said then."""
    filled = {"name": "Mira", **fields}
    return (await (await person.fill(form, **filled)).response()).text


def fields_of(message: Message) -> dict[str, str]:
    """A result's fields by name."""
    return {field["name"]: field["value"] for embed in message.embeds for field in embed.get("fields", [])}
