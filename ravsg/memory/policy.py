"""What a server and its members decided about memory: the one owner of consent and of the server's settings.

A member's own word comes first, then their server's default, then the operator's (`[memory] consent`). The statements
that store and read memories ask the same tables again by themselves. This module deletes no memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ravsg.store.memory_settings import ConsentDefault, ServerMemory

if TYPE_CHECKING:
    from ravsg.config import MemorySection
    from ravsg.store.consent import ConsentStore, Decision
    from ravsg.store.memory_settings import MemorySettingsStore


class Policy:
    """Consent and settings, asked and changed. Every method takes the server first and raises StoreError."""

    def __init__(self, consent: ConsentStore, settings: MemorySettingsStore, config: MemorySection) -> None:
        self._consent = consent
        self._settings = settings
        self._config = config

    @property
    def by_default(self) -> bool:
        """The operator's default, for the statements: whether those who have not decided are remembered."""
        return self._config.consent == "opt-out"

    async def may_remember(self, guild_id: int, author_id: int) -> bool:
        """Whether this member's results may be kept."""
        said = await self._consent.get(guild_id, author_id)
        return await self.default(guild_id) == "opt-out" if said is None else said.allowed

    async def decision(self, guild_id: int, member_id: int) -> Decision | None:
        """What the member said themselves; None where they have not."""
        return await self._consent.get(guild_id, member_id)

    async def set_consent(self, guild_id: int, author_id: int, allowed: bool) -> None:
        """Keep a member's decision. A refusal hides at once what is there; `Memory.forget_author` deletes it."""
        await self._consent.set(guild_id, author_id, allowed)

    async def settings(self, guild_id: int) -> ServerMemory:
        """What the server decided itself."""
        return await self._settings.get(guild_id)

    async def set_settings(self, guild_id: int, settings: ServerMemory, *, by: int) -> None:
        """Keep the server's decisions as a whole; `by` is the member who changed them.

        A default of opt-in hides at once what is there of members who have not agreed. A shorter retention takes
        effect with the next sweep.
        """
        await self._settings.set(guild_id, settings, by=by)

    async def default(self, guild_id: int) -> ConsentDefault:
        """What holds in this server for members who have not decided."""
        return (await self._settings.get(guild_id)).consent or self._config.consent

    async def retention_days(self, guild_id: int) -> int | None:
        """After how many days this server's memories are forgotten; None keeps them."""
        return (await self._settings.get(guild_id)).retention_days or self._config.retention_days or None

    async def retentions(self) -> dict[int, int]:
        """Servers that remember something and do not keep it for ever, and their days."""
        found = await self._settings.retention()
        days = {guild_id: own or self._config.retention_days for guild_id, own in found.items()}
        return {guild_id: number for guild_id, number in days.items() if number}

    async def forget_server(self, guild_id: int) -> None:
        """Delete all decisions of a server and its members, because the server's data goes."""
        await self._settings.forget(guild_id)
