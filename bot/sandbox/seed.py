"""The world at the first opening: one server, two channels, two people, the bot invited, and what to try first.

The sample picture (`static/sample.webp`) is a scene of the pocket models' world, drawn by `ravsg.pocket.illustrator`
at 512 pixels: `Scene("snowfield", "night", (Figure("fox", 2),), ("lantern",), seed=11)`, saved as WebP of quality 86.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Final

from .model import Json

if TYPE_CHECKING:
    from .server import Sandbox

SERVER = "Storybook Corner"
CHANNELS = ("general", "stories")
OWNER, MEMBER = "Robin", "Sam"
SAMPLE: Final[Json] = {
    "url": "/static/sample.webp",
    "name": "fox-with-lantern.webp",
    "alt": "A red fox with a blue scarf beside a glowing lantern, in the snow, on a starry night",
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to try: a click fills the composer with a command; Enter runs it.

    `picture` names the option that takes the sample picture.
    """

    title: str
    detail: str
    command: str
    options: dict[str, str] = field(default_factory=dict)
    picture: str = ""


SUGGESTIONS: Final = (
    Suggestion(
        "Hear this picture’s story",
        "/story, with the fox and its lantern. Then press “Paint it” under the story.",
        "story",
        picture="image",
    ),
    Suggestion(
        "Have a scene painted",
        "/paint, with a few words of your own or these: a bear finds a golden key.",
        "paint",
        {"text": "A brown bear finds a golden key in a crystal cave, quiet and mysterious."},
    ),
    Suggestion(
        "Let it remember you",
        "/privacy optin. From then on, a second story recalls the first.",
        "privacy optin",
    ),
)


def plant(sandbox: Sandbox) -> None:
    """Fill an empty sandbox; Robin owns the server, Sam is a plain member."""
    owner = sandbox.add_person(OWNER)
    guild = sandbox.add_guild(SERVER, owner, channels=CHANNELS)
    sandbox.add_person(MEMBER, guilds=[guild])


def welcome() -> Json:
    """What the page shows at the first opening."""
    return {"sample": SAMPLE, "suggestions": [asdict(one) for one in SUGGESTIONS]}
