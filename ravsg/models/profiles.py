"""Which models go together: the profiles `pocket` and `classic`. Who takes which is `ravsg.models.choosing`.

A profile is plain data: names, revisions, licences, sizes, habits of decoding, batch sizes. This module loads
nothing and imports no torch; the adapters beside it do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from ravsg.languages import is_english
from ravsg.models.probe import Gpu
from ravsg.types import Role

Dtype = Literal["float32", "float16", "bfloat16"]
Quantisation = Literal["none", "int8", "int4"]

PROGRAMS: Final = ".venv/bin"
"""Where `scripts/setup` puts the programs that messages name, seen from RAVSG's folder."""
POCKET_WEIGHTS: Final = Path(__file__).parents[1] / "pocket" / "weights"

CARD_FOR_FLOAT16: Final = 20_000
"""MiB from which all three large models fit in float16 (16.6 GB, and room to work); below, the writer is int4."""

_SETTINGS: Final = ("*.json", "*.txt", "*.model", "*.jinja")
_FILES_OF_MODELS: Final = ((*_SETTINGS, "*.safetensors"), ())
"""Patterns of the files that are read, and of those among them that are not."""
_FILES_OF_PIPELINES: Final = ((*_SETTINGS, "*/*.safetensors"), ("*.fp16.*", "*.non_ema.*"))
"""The same for pipelines: their parts lie in folders, and what lies beside these is the whole in one file."""


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """One model: where it comes from and how it is loaded."""

    role: Role
    source: str
    """A folder or a hub name."""
    label: str
    """What people read; never a path."""
    licence: str
    revision: str = "main"
    dtype: Dtype | None = None
    """None: float16 on a card, float32 on the processor."""
    quantisation: Quantisation = "none"
    """Only on a card; elsewhere the weights are loaded as they are."""

    @property
    def is_folder(self) -> bool:
        """Whether the source is a folder of this computer."""
        return Path(self.source).is_dir()

    @property
    def fetch(self) -> str:
        """The command that fetches a hub model as it is loaded: this revision, and of its files only what is read.

        Without patterns a whole repository comes, and many hold their weights several times: in two precisions, as
        pickles beside safetensors, and once more as a pipeline in one file.
        """
        kept, left = _FILES_OF_PIPELINES if self.role == "painter" else _FILES_OF_MODELS
        patterns = [f'--include "{one}"' for one in kept] + [f'--exclude "{one}"' for one in left]
        return " ".join((f"{PROGRAMS}/hf download {self.source} --revision {self.revision}", *patterns))


@dataclass(frozen=True, slots=True)
class Profile:
    """Three models that go together, and what the rest of RAVSG must know about them."""

    name: str
    why: str
    """One sentence for the operator: why this profile is used."""
    note: str
    """What every result says about its models."""
    device: str
    """As torch writes it: "cpu", "cuda:0"."""
    writer: ModelSpec
    painter: ModelSpec
    embedder: ModelSpec
    context_tokens: int
    """Tokens of the writer for the prompt, its picture and the answer together."""
    tokens_per_word: float
    """What a word of prose costs the writer, on the safe side."""
    tokens_per_word_outside: float
    """The same for a story of a picture that the writer finds unfamiliar."""
    native_side: int
    """Side in pixels of the square pictures that the painter was trained on; others keep about the same area."""
    steps: int
    guidance: float
    scheduler: str
    """Name of a diffusers scheduler; empty keeps the model's own."""
    repetition_penalty: float
    """Divides the scores of tokens that stand in the answer already; 1 switches it off."""
    no_repeat_characters: int
    """So many characters in a row never come twice in one answer; 0 switches it off. JSON is exempt. Characters, not
    tokens, for a token may be a letter or half a sentence."""
    no_repeat_opening: int
    """So many characters from the start of a sentence never come twice either; 0 switches it off. A small writer says
    a whole short sentence again, which a large one does on purpose."""
    no_repeat_earlier: int
    """So many characters from the start of a sentence that was told in an earlier chapter never come again; 0
    switches it off."""
    min_p: float
    """Tokens less likely than this share of the likeliest one are never drawn."""
    english_only: bool
    """Whether the writer knows no other language."""
    mends: bool
    """Whether a story that failed a check is given back with what it lacks; otherwise it is asked for anew."""
    recalls_own_book: bool
    """Whether passages of the book that it writes help the writer, beside the summary and the last words before. A
    small one takes whoever stands in them for a guest: “Olga asked Olga for advice”."""
    score_floor: float
    """Cosine similarity of the embedder under which two things have nothing to do with each other."""
    same_place: float
    """Cosine similarity of the embedder from which two pictures show the same place."""
    same_scene: float
    """Cosine similarity of the embedder from which a picture shows the scene that a text describes."""
    write_batch: int
    paint_batch: int
    embed_batch: int
    """How many tasks of a kind run together at most."""

    @property
    def models(self) -> tuple[ModelSpec, ModelSpec, ModelSpec]:
        """Writer, painter, embedder."""
        return self.writer, self.painter, self.embedder

    @property
    def licences(self) -> tuple[str, ...]:
        """One line per model, as /health shows them."""
        return tuple(f"{spec.role}: {spec.label} ({spec.licence})" for spec in self.models)

    def told_in(self, language: str) -> str:
        """The language that a story is really told in where this one is asked for; empty is English."""
        return "" if self.english_only or is_english(language) else language

    def spec(self, role: Role) -> ModelSpec:
        """The model of a role."""
        return {"writer": self.writer, "painter": self.painter, "embedder": self.embedder}[role]


_SD15: Final = ModelSpec(
    role="painter",
    source="stable-diffusion-v1-5/stable-diffusion-v1-5",
    label="stable-diffusion-v1-5/stable-diffusion-v1-5",
    licence="CreativeML OpenRAIL-M",
    revision="451f4fe16113bff5a5d2269ed5ad43b0592e9a14",
)
_LLAVA: Final = ModelSpec(
    role="writer",
    source="llava-hf/llava-1.5-7b-hf",
    label="llava-hf/llava-1.5-7b-hf",
    licence="Llama 2 Community License",
    revision="b234b804b114d9e37bb655e11cbbb5f5e971b7a9",
)
_CLIP: Final = ModelSpec(
    role="embedder",
    source="openai/clip-vit-base-patch16",
    label="openai/clip-vit-base-patch16",
    licence="MIT",
    # Its "main" holds pickled weights only. This is the hub's own conversion to safetensors (its refs/pr/17).
    revision="5ef227a78de3f75873f373246dac80def63b0003",
)


def pocket(weights: Path = POCKET_WEIGHTS, *, device: str = "cpu", why: str = "it was asked for") -> Profile:
    """The models that ship with RAVSG, or any folder laid out like theirs."""

    def spec(role: Role) -> ModelSpec:
        return ModelSpec(role=role, source=str(weights / role), label=f"pocket {role}", licence="MIT")

    return Profile(
        name="pocket",
        why=why,
        note="Made with pocket models: small, and at home in one picture-book world.",
        device=device,
        writer=spec("writer"),
        painter=spec("painter"),
        embedder=spec("embedder"),
        context_tokens=2048,
        tokens_per_word=1.05,  # of 300 long stories of its world nine in ten cost less, half cost 0.93
        tokens_per_word_outside=1.3,  # stories of seven photographs: 1.04 to 1.26
        native_side=128,
        steps=20,
        guidance=3.0,
        scheduler="",
        repetition_penalty=1.05,
        no_repeat_characters=40,
        # Early on a sentence has other ways to go: of 64 stories 6 held a broken word, with 16 it was 10, with 24 9.
        no_repeat_opening=10,
        # Of 40 chapters 30 kept every limit, of their sentences 12 in 100 were broken; with 8 it was 23 and 10, with
        # 16 31 and 15, with 24 about 25 and 16.
        no_repeat_earlier=12,
        min_p=0.05,
        english_only=True,
        # What it mends it breaks elsewhere: of 23 chapters that failed 2 passed when mended, and 8 when told anew.
        mends=False,
        recalls_own_book=False,
        # In its small world everything is alike: of pairs with neither place nor figure in common one in 25 lies
        # above 0.4, of those with the same place and hero nine in ten (of a text and a picture two in three).
        score_floor=0.4,
        # Of 160 drawn scenes each lies above 0.9 of its own other drawings, and 95 in 100 above 0.84 when their
        # things are taken out; of pairs that share neither place nor hero none lies above 0.8.
        same_place=0.8,
        # Of 120 scene cards eight in ten lie above 0.65 of a drawing of their place, light and hero; of pairs with
        # the place alone in common one in twelve, with neither place nor hero one in 10,000.
        same_scene=0.65,
        # On one core 16 texts together take a third of their time apart, 4 pictures three quarters. A picture alone
        # is the same to the last bit each time, so that on the processor a seed is worth more than that quarter.
        write_batch=16,
        paint_batch=4 if device.startswith("cuda") else 1,
        embed_batch=32,
    )


def classic(*, device: str = "cpu", why: str = "it was asked for", card: Gpu | None = None) -> Profile:
    """LLaVA-1.5-7B, Stable Diffusion 1.5 and CLIP ViT-B/16: about 20 GB, from the hub at the first use."""
    on_card = device.startswith("cuda")
    small = on_card and card is not None and card.memory < CARD_FOR_FLOAT16
    return Profile(
        name="classic",
        why=why,
        note="Made with LLaVA-1.5 and Stable Diffusion 1.5.",
        device=device,
        writer=replace(_LLAVA, quantisation="int4") if small else _LLAVA,
        painter=_SD15,
        embedder=_CLIP,
        context_tokens=4096,
        tokens_per_word=1.35,  # English prose in a vocabulary of 32,000: 1.3 to 1.4
        tokens_per_word_outside=1.35,
        native_side=512,
        steps=25,
        guidance=7.0,
        scheduler="DPMSolverMultistepScheduler",
        repetition_penalty=1.05,
        no_repeat_characters=60,
        no_repeat_opening=0,
        no_repeat_earlier=60,
        min_p=0.05,
        english_only=False,
        mends=True,
        recalls_own_book=True,
        score_floor=0.2,
        # An estimate, on the careful side: CLIP puts any two photographs near each other, copies of one above 0.9.
        same_place=0.85,
        # An estimate, on the careful side: CLIP puts captions at 0.25 to 0.35 of their own photographs.
        same_scene=0.32,
        # A token of one sequence takes 0.5 MiB of a card in LLaVA's cache: 4 × 1,500 tokens fill 3 GB.
        write_batch=(4 if small else 16) if on_card else 2,
        paint_batch=(2 if small else 4) if on_card else 1,
        embed_batch=32,
    )
