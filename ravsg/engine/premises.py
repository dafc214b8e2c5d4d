"""What a premise shows: words in place of a picture, read as one scene and taken for what is seen.

The writer names the moment of the words as it does for a painting; where its answer is unusable the moment is found
by rule.
"""

from __future__ import annotations

import json
import re
from math import floor
from typing import Final

from ravsg.engine.painting import SCENE_TEMPERATURE, SCENE_TOKENS
from ravsg.engine.telling import shrinking
from ravsg.models.profiles import Profile
from ravsg.picture.distil import scene_from_text
from ravsg.story.lengths import characters_left, first_words, head
from ravsg.story.plan import UNNAMED_CONFLICT
from ravsg.story.prompts import scene_prompt
from ravsg.types import SCENE_SCHEMA, Analysis, SceneCard, StepRunner, WriteTask

_MOST_OBJECTS: Final = 4
"""As many as a picture's analysis holds."""


async def seen_in_words(words: str, run: StepRunner, profile: Profile, seed: int, *, language: str = "") -> Analysis:
    """What a premise in a language shows. Raises ModelError, JobCancelled."""
    room = characters_left(
        profile.context_tokens, SCENE_TOKENS, len(scene_prompt("-", language=language)), picture_tokens=0
    )

    async def write(share: float) -> str:
        most = floor(room * share)
        task = WriteTask(
            prompt=scene_prompt(head(words, most) or first_words(words, most), language=language),
            max_tokens=SCENE_TOKENS,
            schema=json.dumps(SCENE_SCHEMA),
            temperature=SCENE_TEMPERATURE,
            seed=seed,
        )
        return (await run.write(task)).text

    answer = await shrinking(write)
    try:
        card = SceneCard.from_json(answer)
    except ValueError:
        card = scene_from_text(words)
    things = [part.strip() for part in re.split(r"[,;]", card.keywords) if part.strip()]
    return Analysis(
        setting=card.setting or card.subjects or words.strip()[:60],
        characters=tuple(filter(None, (card.subjects,))),
        mood=card.atmosphere,
        objects=tuple(things[:_MOST_OBJECTS]),
        conflicts=(UNNAMED_CONFLICT,),
    )
