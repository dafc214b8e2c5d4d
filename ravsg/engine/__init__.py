"""The engine: pictures become stories, stories become pictures, both are remembered and both remember.

`Engine` holds the recipes that jobs run; `story_of` and `painting_of` read what a job holds. It knows no Discord and
no database, and reaches the models only through a job's `StepRunner`.
"""

from __future__ import annotations

from ravsg.engine.facade import Engine
from ravsg.engine.remembering import KEEPSAKES, question_of
from ravsg.engine.results import painting_of, story_of, woven_of

__all__ = ["KEEPSAKES", "Engine", "painting_of", "question_of", "story_of", "woven_of"]
