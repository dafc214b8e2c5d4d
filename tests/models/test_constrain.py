"""JSON guides over tokenizers of both families: byte-level as the pocket writer's, with byte fallback as LLaVA's."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import numpy as np
import pytest

from ravsg.errors import ModelError
from ravsg.models.constrain import JsonGuides
from ravsg.types import ANALYSIS_SCHEMA
from tests.models.llama_like import fallback_tokenizer

OTHER_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["kind", "score", "tags", "inner"],
    "properties": {
        "kind": {"enum": ["calm", "storm"]},
        "score": {"type": "number", "minimum": 0, "maximum": 1},
        "tags": {"type": "array", "minItems": 2, "maxItems": 9, "items": {"type": "string", "maxLength": 12}},
        "inner": {
            "type": ["object", "null"],
            "additionalProperties": False,
            "properties": {"a": {"type": "boolean"}},
        },
    },
}


def byte_level_tokenizer() -> Any:
    from ravsg.pocket.tokens import writer_tokenizer

    return writer_tokenizer(['{"setting": "the forest", "mood": "calm"} the fox and the moon'], 400)


@pytest.fixture(scope="module", params=[byte_level_tokenizer, fallback_tokenizer])
def tokenizer(request: pytest.FixtureRequest) -> Any:
    return request.param()


@pytest.mark.parametrize("schema", [ANALYSIS_SCHEMA, OTHER_SCHEMA], ids=["analysis", "other"])
def test_any_allowed_way_ends_in_valid_json(tokenizer: Any, schema: dict[str, Any]) -> None:
    """Draw blindly among what is allowed, with ample and with hardly any room."""
    spare = 64  # models often score more tokens than their tokenizer has
    guides = JsonGuides(tokenizer, len(tokenizer) + spare, [tokenizer.eos_token_id])
    draw = np.random.default_rng(0)
    shortest = len(guides.ending(guides._compile(json.dumps(schema))[0], 1000))
    for room in [*range(shortest, shortest + 40), 200, 400, 2000]:
        guide = guides.guide(json.dumps(schema), room)
        tokens: list[int] = []
        while not guide.finished:
            allowed = np.flatnonzero(guide.allowed(room - len(tokens)))
            tokens.append(int(draw.choice(allowed)))
            if tokens[-1] == tokenizer.eos_token_id:
                break
            guide.take(tokens[-1])
        assert len(tokens) <= room + 1  # the end token needs no room of its own
        text = tokenizer.decode(tokens, skip_special_tokens=True)
        jsonschema.validate(json.loads(text), schema)


def test_a_token_that_is_not_allowed_is_not_taken(tokenizer: Any) -> None:
    guides = JsonGuides(tokenizer, len(tokenizer), [tokenizer.eos_token_id])
    guide = guides.guide(json.dumps(ANALYSIS_SCHEMA), 400)
    with pytest.raises(ModelError):
        guide.take(tokenizer.eos_token_id)


def test_only_the_end_is_allowed_after_the_end(tokenizer: Any) -> None:
    guides = JsonGuides(tokenizer, len(tokenizer), [tokenizer.eos_token_id])
    only_end = guides.only(None)
    assert np.flatnonzero(only_end).tolist() == [tokenizer.eos_token_id]
