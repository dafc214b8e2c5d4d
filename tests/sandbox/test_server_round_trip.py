"""The way of one request: command with a picture, deferral, message with file, embed and buttons, a press."""

from __future__ import annotations

import io

import discord

from bot.sandbox.server import Sandbox

from .bots import Probe, connected

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x02\x00\x00\x00\x03\x08\x02\x00\x00\x00" + b"\x00" * 20


class Buttons(discord.ui.View):
    """Two buttons that last."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Again", custom_id="job:1:again", style=discord.ButtonStyle.primary)
    async def again(self, interaction: discord.Interaction[Probe], button: discord.ui.Button[Buttons]) -> None:
        await interaction.response.send_message("only you see this", ephemeral=True)


def story_probe() -> Probe:
    probe = Probe()

    @probe.tree.command(name="story", description="A story of a picture")
    async def story(interaction: discord.Interaction[Probe], image: discord.Attachment, direction: str = "") -> None:
        await interaction.response.defer(thinking=True)
        data = await image.read()
        assert isinstance(interaction.channel, discord.TextChannel)
        await interaction.channel.send(
            "done",
            embed=discord.Embed(title="A title", description=direction),
            view=Buttons(),
            file=discord.File(io.BytesIO(data), "copy.png", description="a small picture"),
            nonce="job1",
        )
        await interaction.edit_original_response(content="See below.")

    return probe


async def test_command_with_picture_to_message_with_buttons(sandbox: Sandbox) -> None:
    robin = sandbox.person("Robin")
    async with connected(sandbox, story_probe()):
        handle = await robin.command("story", image=("cat.png", PNG), direction="a quiet one")
        assert (await handle.acked()).kind == "deferred"
        answer = await handle.response()
        assert answer.content == "See below."
        result = await robin.wait_for("#general", lambda one: one.attachments)
        assert result.embeds[0]["description"] == "a quiet one"
        assert result.attachments[0].data == PNG
        assert result.attachments[0].description == "a small picture"
        assert (result.attachments[0].width, result.attachments[0].height) == (2, 3)
        pressed = await robin.press(result, "Again")
        private = await pressed.response()
        assert private.content == "only you see this"
        assert private in robin.read("#general")
        assert private not in sandbox.person("Sam").read("#general")
