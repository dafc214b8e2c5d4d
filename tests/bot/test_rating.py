"""Where the age is restricted, and what of a request and a result is judged."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import discord
import pytest

from bot.outgoing import OutFile, Outgoing
from bot.rating import age_restricted, asked_words, may_be_adult, shown_words


def channel(*, nsfw: bool) -> discord.TextChannel:
    """A text channel as the gateway describes it."""
    state = cast("Any", SimpleNamespace(_channel_cls=None))
    guild = cast("Any", SimpleNamespace(id=1))
    data = {"id": "2", "type": 0, "name": "stories", "position": 0, "nsfw": nsfw, "permission_overwrites": []}
    return discord.TextChannel(state=state, guild=guild, data=cast("Any", data))


def thread(parent: discord.TextChannel | None) -> discord.Thread:
    """A thread under a channel that is known, or is not."""
    one = object.__new__(discord.Thread)
    one.guild = cast("Any", SimpleNamespace(get_channel=lambda _: parent))
    one.parent_id = 2
    return one


@pytest.mark.parametrize(
    ("place", "restricted"),
    [
        (channel(nsfw=True), True),
        (channel(nsfw=False), False),
        (thread(channel(nsfw=True)), True),
        (thread(channel(nsfw=False)), False),
        (thread(None), False),
        (None, False),
        (object(), False),
    ],
)
def test_what_is_not_known_is_not_restricted(place: object, restricted: bool) -> None:
    assert age_restricted(place) is restricted
    assert may_be_adult("paint", place) is restricted
    assert not may_be_adult("story", place)


def test_every_text_of_a_request_is_judged() -> None:
    card = {"setting": "d", "subjects": "e", "atmosphere": "f", "keywords": "g"}
    book = {"title": "h", "what_if": "i", "language": "j"}
    request = {"direction": "a", "continues": "b", "text": "c", "card": card, "seed": 7, **book}
    assert sorted(asked_words(request)) == list("abcdefghij")


def test_every_text_that_is_shown_is_judged() -> None:
    embed = discord.Embed(title="title", description="description").add_field(name="Note", value="field")
    message = Outgoing("content", (embed,), (OutFile("a.png", b"", "alt text"),))
    assert set(shown_words([message])) == {"content", "title", "description", "field", "alt text"}
