"""All channels by id, and those of each server at hand without looking at the others'."""

from __future__ import annotations

from collections import defaultdict

from .model import Channel


class Channels(dict[int, Channel]):
    """A dictionary of channels; set and delete one at a time."""

    def __init__(self) -> None:
        super().__init__()
        self._by_guild: defaultdict[int | None, dict[int, Channel]] = defaultdict(dict)

    def __setitem__(self, key: int, channel: Channel) -> None:
        super().__setitem__(key, channel)
        self._by_guild[channel.guild_id][key] = channel

    def __delitem__(self, key: int) -> None:
        del self._by_guild[self[key].guild_id][key]
        super().__delitem__(key)

    def of(self, guild_id: int | None) -> list[Channel]:
        """A server's channels and threads, or (None) the direct conversations, in order of creation."""
        return list(self._by_guild.get(guild_id, {}).values())
