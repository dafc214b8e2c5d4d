"""The writer: text from a prompt and a picture, with any model that transformers loads for image-text-to-text.

It adds the model's own chat format, runs a batch as left-padded rows, and draws tokens through `sampling`. It does
not know what is asked or why: prompts are `ravsg.story`, budgets and retries the engine's.

The same task with the same seed gives the same text when it runs alone. In a batch its noise is the same too, but
padding and batch size change the last bits of the scores, and now and then a different token wins by that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ravsg.errors import BadPicture, JobCancelled, ModelError, PromptTooLong, RavsgError
from ravsg.jobs.step import Watch
from ravsg.models.constrain import JsonGuides
from ravsg.models.echoes import Echoes, readable
from ravsg.models.loading import (
    attempt,
    defuse,
    dtype_of,
    missing,
    open_picture,
    quantisation_of,
    quieten,
    translate_loading,
)
from ravsg.models.profiles import Profile
from ravsg.models.sampling import Habits, Judge, Row, Scorer
from ravsg.types import WriteTask, Written

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, slots=True)
class _Turn:
    """One task made ready: its conversation for the processor."""

    number: int
    task: WriteTask
    conversation: list[dict[str, Any]]


class Writer:
    """One loaded model with its processor. Construction loads it. Raises ModelMissing, DeviceOutOfMemory."""

    def __init__(self, profile: Profile) -> None:
        self._spec = profile.writer
        self._device = profile.device
        self._model, self._processor = attempt(self._load, translate_loading(self._spec))
        self._tokenizer = self._processor.tokenizer
        text = self._model.config.get_text_config()
        written = [readable(one or "") for one in self._tokenizer.convert_ids_to_tokens(range(text.vocab_size))]
        self._habits = Habits(
            profile.repetition_penalty,
            profile.min_p,
            written,
            Echoes(written, profile.no_repeat_characters, profile.no_repeat_opening, profile.no_repeat_earlier),
        )
        self._context: int = min(profile.context_tokens, getattr(text, "max_position_embeddings", 1 << 30))
        ends = self._model.generation_config.eos_token_id
        if ends is None:
            ends = self._tokenizer.eos_token_id
        self._ends = frozenset(ends if isinstance(ends, list) else [ends])
        self._guides = attempt(
            lambda: JsonGuides(self._tokenizer, text.vocab_size, sorted(self._ends)), translate_loading(self._spec)
        )

    def write(self, tasks: Sequence[WriteTask], watches: Sequence[Watch]) -> list[Written | RavsgError]:
        """Run tasks together, one outcome each.

        BadPicture for a picture that cannot be decoded; PromptTooLong for one that leaves no room for its answer in
        the model's context (nothing is ever cut); ModelError for a schema that does not fit max_tokens; JobCancelled.
        """
        outcomes: dict[int, Written | RavsgError] = {}
        turns: list[_Turn] = []
        for number, task in enumerate(tasks):
            try:
                turns.append(_Turn(number, task, self._conversation(task)))
            except BadPicture as error:
                outcomes[number] = error
        # A processor takes pictures for all conversations of a call or for none.
        for pictured in (True, False):
            group = [turn for turn in turns if (turn.task.picture is not None) is pictured]
            outcomes |= self._write_group(group, watches)
        return [outcomes[number] for number in range(len(tasks))]

    def _load(self) -> tuple[Any, Any]:
        from transformers import AutoModelForImageTextToText, AutoProcessor

        quieten()
        dtype = dtype_of(self._spec, self._device)
        model, report = AutoModelForImageTextToText.from_pretrained(
            self._spec.source,
            revision=self._spec.revision,
            dtype=dtype,
            use_safetensors=True,
            trust_remote_code=False,
            output_loading_info=True,
            **({"device_map": {"": self._device}} if self._device != "cpu" else {}),
            **quantisation_of(self._spec, self._device, dtype),
        )
        if report["missing_keys"]:
            # transformers would fill them with random numbers and only say so.
            raise missing(self._spec, f"weights lack {sorted(report['missing_keys'])[:5]}")
        processor = AutoProcessor.from_pretrained(
            self._spec.source, revision=self._spec.revision, trust_remote_code=False
        )
        if processor.chat_template is None:
            raise missing(self._spec, "the model brings no chat format, so it cannot be asked")
        # Answers begin where prompts end: shorter prompts are filled up on the left.
        processor.tokenizer.padding_side = "left"
        if processor.tokenizer.pad_token_id is None:
            processor.tokenizer.pad_token = processor.tokenizer.eos_token
        return model.eval(), processor

    def _conversation(self, task: WriteTask) -> list[dict[str, Any]]:
        content: list[dict[str, Any]] = []
        if task.picture is not None:
            content.append({"type": "image", "image": open_picture(task.picture)})
        content.append({"type": "text", "text": defuse(task.prompt, self._tokenizer)})
        return [{"role": "user", "content": content}]

    def _encode(self, turns: Sequence[_Turn]) -> Any:
        return self._processor.apply_chat_template(
            [turn.conversation for turn in turns],
            tokenize=True,
            return_dict=True,
            add_generation_prompt=True,
            return_tensors="pt",
            processor_kwargs={"padding": True},
        )

    def _write_group(self, turns: Sequence[_Turn], watches: Sequence[Watch]) -> dict[int, Written | RavsgError]:
        outcomes: dict[int, Written | RavsgError] = {}
        if not turns:
            return outcomes
        inputs = self._encode(turns)
        lengths = inputs["attention_mask"].sum(dim=-1).tolist()
        fitting: list[_Turn] = []
        rows: list[Row] = []
        for turn, length in zip(turns, lengths, strict=True):
            try:
                rows.append(self._row(turn.task, watches[turn.number], length))
                fitting.append(turn)
            except ModelError as error:
                outcomes[turn.number] = error
        if not rows:
            return outcomes
        if len(fitting) < len(turns):
            inputs = self._encode(fitting)
            lengths = inputs["attention_mask"].sum(dim=-1).tolist()
        self._generate(inputs, rows)
        for turn, row, length in zip(fitting, rows, lengths, strict=True):
            outcomes[turn.number] = self._outcome(row, length)
        return outcomes

    def _row(self, task: WriteTask, watch: Watch, length: int) -> Row:
        import torch

        if length + task.max_tokens > self._context:
            raise PromptTooLong(
                detail=f"prompt of {length} + answer of {task.max_tokens} tokens in a context of {self._context}"
            )
        guide = self._guides.guide(task.schema, task.max_tokens) if task.schema is not None else None
        noise = torch.Generator().manual_seed(task.seed)
        return Row(task=task, watch=watch, noise=noise, guide=guide, before=[self._spelt(one) for one in task.avoid])

    def _spelt(self, sentence: str) -> str:
        """A sentence as this writer's tokens would write it."""
        ids = self._tokenizer(sentence, add_special_tokens=False)["input_ids"]
        return "".join(self._habits.written[number] for number in ids).strip()

    def _generate(self, inputs: Any, rows: Sequence[Row]) -> None:
        import torch
        from transformers import GenerationConfig, LogitsProcessorList, StoppingCriteriaList

        config = GenerationConfig(
            max_new_tokens=max(row.task.max_tokens for row in rows),
            do_sample=False,  # the scorer draws
            eos_token_id=sorted(self._ends),
            pad_token_id=self._tokenizer.pad_token_id,
            bos_token_id=self._tokenizer.bos_token_id,
        )
        with torch.inference_mode():
            self._model.generate(
                **self._placed(inputs),
                generation_config=config,
                logits_processor=LogitsProcessorList([Scorer(rows, self._ends, self._habits)]),
                stopping_criteria=StoppingCriteriaList([Judge(rows, self._ends)]),
            )

    def _placed(self, inputs: Any) -> dict[str, torch.Tensor]:
        """Inputs on the model's device, pictures in its number format."""
        return {
            name: value.to(self._model.device, self._model.dtype if value.is_floating_point() else value.dtype)
            for name, value in inputs.items()
        }

    def _outcome(self, row: Row, prompt_tokens: int) -> Written | RavsgError:
        if row.error is not None:
            return row.error
        if row.watch.cancelled.is_set() and not row.complete:
            return JobCancelled()
        text = self._tokenizer.decode(row.tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return Written(text.strip(), prompt_tokens, len(row.tokens), row.complete)
