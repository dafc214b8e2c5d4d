"""Make it canon: the passage of a chapter that its illustration shows otherwise is written again so that it fits.

Only one paragraph is changed, the one that shares most words with the scene that was painted; what comes before and
after stands as it was.
"""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass
from typing import Final

from ravsg.config import StorySection
from ravsg.engine.telling import SEED_STEP, SEEDS, UNFIT, UNFIT_REMEDY
from ravsg.engine.words import fits
from ravsg.errors import ModelError, Unfit
from ravsg.models.profiles import Profile
from ravsg.story.lengths import count_words
from ravsg.story.prose import content_stems
from ravsg.story.tasks import rewrite_prompt
from ravsg.types import Analysis, StepRunner, WriteTask

TRIES: Final = 3
LEAST_SHARE: Final = 0.5
"""Of a passage's words: an answer with fewer tells less than the passage did."""


@dataclass(frozen=True, slots=True)
class Rewriter:
    """Has passages fit pictures."""

    config: StorySection
    profile: Profile

    async def fit(
        self, text: str, analysis: Analysis, scene: str, run: StepRunner, *, seed: int, language: str = ""
    ) -> tuple[str, str]:
        """The passage of the text that belongs to the scene, and what is to stand in its place.

        Raises ModelError when no try gave a usable passage, Unfit when none gave words that may be shown.
        """
        passage = await asyncio.to_thread(passage_of, text, scene)
        words = count_words(passage)
        usable = False
        for number in range(TRIES):
            task = WriteTask(
                prompt=rewrite_prompt(passage, analysis, language=self.profile.told_in(language)),
                max_tokens=min(
                    self.profile.context_tokens // 2, math.ceil(2 * words * self.profile.tokens_per_word) + 20
                ),
                temperature=self.config.temperature,
                seed=(seed + number * SEED_STEP) % SEEDS,
            )
            written = await run.write(task)
            answer = " ".join(written.text.split())
            if not written.complete or answer == passage or count_words(answer) < words * LEAST_SHARE:
                continue
            usable = True
            if await fits(text, answer, adult=False):
                return passage, answer
        if usable:
            raise Unfit(UNFIT, UNFIT_REMEDY, detail="the writer's passage")
        raise ModelError("I found no words that fit the picture better.", "Please edit the chapter, or repaint it.")


def passage_of(text: str, scene: str) -> str:
    """The paragraph that shares most words with a scene; the first of several, and where none shares any."""
    asked = set(content_stems(scene))
    paragraphs = [one for one in text.split("\n\n") if one.strip()] or [text]
    return max(paragraphs, key=lambda one: len(asked & set(content_stems(one))))
