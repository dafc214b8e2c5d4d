"""config.toml as frozen, validated data. Read once at the start; a wrong key stops it with one readable sentence.

Secrets never stand in the file: the Discord token comes from the environment (`DISCORD_TOKEN`) and is read by
`bot.__main__` alone. Every key and its default is explained in the config.toml that ships with RAVSG.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ravsg.errors import ConfigError
from ravsg.types import Length, Shape

ProfileName = Literal["auto", "pocket", "classic"]
Share = Annotated[float, Field(ge=0, le=1)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


class BotSection(_Section):
    """[bot]: where it lives and whom it listens to."""

    data_dir: Path = Path("data")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    message_content: bool = False
    """Whether the privileged Message Content intent is granted in the developer portal."""
    own_pictures_only: Literal["apps", "always", "never"] = "apps"
    """Where members may use only pictures that they posted: in the Apps menu, or in replies too, or nowhere."""


class ModelOverride(_Section):
    """[models.writer], [models.painter], [models.embedder]: what differs from the profile."""

    name: str | None = None
    """A folder or a hub name."""
    revision: str | None = None
    dtype: Literal["float32", "float16", "bfloat16"] | None = None
    quantisation: Literal["none", "int8", "int4"] | None = None


class ModelsSection(_Section):
    """[models]: the profile and what differs from it."""

    profile: ProfileName = "auto"
    device: str = "auto"
    """"auto", "cpu", "cuda" or "cuda:1"."""
    idle_unload_minutes: Annotated[float, Field(ge=0)] = 30
    """0 keeps models loaded."""
    writer: ModelOverride = ModelOverride()
    painter: ModelOverride = ModelOverride()
    embedder: ModelOverride = ModelOverride()


class StorySection(_Section):
    """[story]: how the writer is asked."""

    length: Length = "medium"
    temperature: Annotated[float, Field(ge=0, le=2)] = 0.8
    minimum_words: Annotated[int, Field(ge=50, le=400)] = 150
    tries: Annotated[int, Field(ge=1, le=5)] = 2
    """How often a story that fails its checks is written at most, before it is delivered with a note."""


class PaintSection(_Section):
    """[paint]: the pictures that are posted."""

    size: Annotated[int, Field(ge=64, le=1536, multiple_of=8)] = 512
    """Length of a square picture's side in pixels; portrait and landscape keep about the same area."""
    shape: Shape = "square"
    style: str = "storybook"
    steps: Annotated[int, Field(ge=1, le=100)] | None = None
    """None: what the profile recommends."""
    guidance: Annotated[float, Field(ge=0, le=20)] | None = None
    most_at_once: Annotated[int, Field(ge=1, le=4)] = 4
    likeness: Annotated[float, Field(ge=0, le=0.9)] = 0.3
    """Share of a character's reference picture that a painting of that character keeps; 0: it begins from none."""


StyleName = Annotated[str, Field(min_length=1, max_length=40)]
"""It travels in the `custom_id` of a form, which Discord limits to 100 characters."""


class Style(_Section):
    """[styles.NAME]: words added to every prompt of that style."""

    label: Annotated[str, Field(min_length=1, max_length=100)]
    """What members choose by; Discord takes up to 100 characters."""
    suffix: str = ""
    negative: str = ""
    trigger: str = ""
    """Trigger words of a fine-tuned model or LoRA; they stand first."""


class MemorySection(_Section):
    """[memory]: what is kept and how it is found."""

    consent: Literal["opt-in", "opt-out"] = "opt-in"
    """What holds for members who have not decided."""
    recall: Annotated[int, Field(ge=0, le=10)] = 3
    """How many memories may shape one result; 0 switches recall off."""
    score_floor: Literal["auto"] | Annotated[float, Field(ge=-1, le=1)] = "auto"
    """Cosine similarity under which nothing is recalled; "auto" takes what fits the profile's embedder."""
    same_place: Literal["auto"] | Annotated[float, Field(ge=-1, le=1)] = "auto"
    """Cosine similarity of two pictures from which they show one place; "auto" takes what fits the embedder."""
    same_scene: Literal["auto"] | Annotated[float, Field(ge=-1, le=1)] = "auto"
    """Cosine similarity of a scene's words and a picture from which the picture shows it; "auto" as above."""
    lent_colours: Annotated[float, Field(ge=0, le=0.9)] = 0.3
    """Share of a remembered picture's colours that a painting of the same scene keeps; 0: none are lent."""
    chunk_characters: Annotated[int, Field(ge=100, le=4000)] = 500
    chunk_overlap: Annotated[int, Field(ge=0, le=1000)] = 50
    retention_days: Annotated[int, Field(ge=0, le=36_500)] = 0
    """Days after which what nobody pinned is forgotten; 0 keeps it. A server's own number comes first."""
    fusion_constant: Annotated[float, Field(gt=0)] = 10.0
    weight_words: Annotated[float, Field(ge=0)] = 4.0
    """What the list found by words counts for."""
    weight_title: Annotated[float, Field(ge=0)] = 2.0
    """Within that list: what a word in a title counts for, where one in the text counts 1."""
    weight_keywords: Annotated[float, Field(ge=0)] = 1.5
    weight_stories: Annotated[float, Field(ge=0)] = 0.3
    """Lists of stories that vectors of texts or pictures found."""
    weight_pictures_by_text: Annotated[float, Field(ge=0)] = 1.0
    weight_pictures_by_picture: Annotated[float, Field(ge=0)] = 2.0
    recency_weight: Annotated[float, Field(ge=0, le=1)] = 0.05
    recency_days: Annotated[float, Field(gt=0)] = 30.0
    pin_weight: Annotated[float, Field(ge=0, le=1)] = 0.2
    feedback_weight: Share = 0.4
    feedback_most: Share = 0.6
    diversity: Annotated[float, Field(ge=0, lt=1)] = 0.05
    near_duplicate: Annotated[float, Field(gt=0, le=1)] = 0.8
    """Share of common words from which two passages say the same."""
    near_duplicate_pictures: Annotated[float, Field(gt=0, le=1)] = 0.98
    """Cosine similarity from which two pictures are the same one, saved anew."""
    index: Literal["auto", "flat", "sq8", "rabitq", "ivfflat"] = "auto"
    """How vectors are kept; "auto" goes by their number."""
    indices_in_memory: Annotated[int, Field(ge=1)] = 64
    """How many servers' indices stay in memory; the least recently used one is dropped first."""
    index_megabytes: Annotated[int, Field(ge=1)] = 512
    """What they take together at most; the one in use stays, however large it is."""


class JobsSection(_Section):
    """[jobs]: the queue."""

    waiting_per_member: Annotated[int, Field(ge=1)] = 3
    waiting_per_server: Annotated[int, Field(ge=1)] = 30
    waiting_in_all: Annotated[int, Field(ge=1)] = 200
    timeout_minutes: Annotated[float, Field(gt=0)] = 20
    """Time that one job may run, waiting not counted."""
    expire_hours: Annotated[float, Field(gt=0)] = 12
    """A job that could not be resumed for so long is told off as expired."""
    grace_seconds: Annotated[float, Field(ge=0)] = 6
    """At shutdown: how long a running job may go on before it is interrupted, to be resumed at the next start."""


class LimitsSection(_Section):
    """[limits]: what is taken from people."""

    text_characters: Annotated[int, Field(ge=100, le=8000)] = 4000
    picture_megabytes: Annotated[float, Field(gt=0, le=100)] = 20
    picture_megapixels: Annotated[float, Field(gt=0, le=200)] = 40
    """width × height × frames of what a file says it holds, checked before anything is decoded."""


class DeliverySection(_Section):
    """[delivery]: what leaves through the one door."""

    progress_seconds: Annotated[float, Field(ge=1, le=60)] = 3
    """Least time between two edits of one progress message (Discord allows about 5 edits per 5 s in a channel)."""
    requests_per_second: Annotated[float, Field(gt=0, le=50)] = 20
    spoiler: bool = False


class WeaveSection(_Section):
    """[weave]: stories that are told together in threads."""

    poll_hours: Annotated[int, Field(ge=1, le=768)] = 24
    """How long a poll is open that lets the server choose; Discord's longest is 32 days."""


class PrivacySection(_Section):
    """[privacy]: what becomes of a server's data."""

    grace_days: Annotated[int, Field(ge=0, le=365)] = 7
    """Days between the bot's removal from a server and the deletion of everything of it."""


class Config(_Section):
    """All of config.toml."""

    bot: BotSection = BotSection()
    models: ModelsSection = ModelsSection()
    story: StorySection = StorySection()
    paint: PaintSection = PaintSection()
    styles: dict[StyleName, Style] = Field(default_factory=dict)
    memory: MemorySection = MemorySection()
    jobs: JobsSection = JobsSection()
    limits: LimitsSection = LimitsSection()
    delivery: DeliverySection = DeliverySection()
    weave: WeaveSection = WeaveSection()
    privacy: PrivacySection = PrivacySection()


def load_config(path: Path) -> Config:
    """Read and check a file. Raises ConfigError with file, section, key and what was expected."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(
            f"There is no configuration at {path}.", "Name one with --config, or start in RAVSG's folder."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path.name} is not valid TOML: {error}.", "Mend that line.") from error
    except OSError as error:
        raise ConfigError(f"{path.name} cannot be read ({error.strerror}).", "Check its permissions.") from error
    return parse_config(raw, path.name)


def parse_config(raw: dict[str, Any], name: str = "config.toml") -> Config:
    """Check what a file said. Raises ConfigError; the first wrong key is named, and how many others there are."""
    try:
        config = Config.model_validate(raw)
    except ValidationError as error:
        problems = error.errors()
        first = problems[0]
        *section, key = [str(part) for part in first["loc"]] or ["?"]
        where = f"[{'.'.join(section)}] {key}" if section else f"[{key}]"
        if first["type"] == "extra_forbidden":
            what = "is not a key that RAVSG knows"
        else:
            what = f"{first['msg'][0].lower()}{first['msg'][1:]}, not {first['input']!r}"
        more = f" ({len(problems) - 1} more after it)" if len(problems) > 1 else ""
        raise ConfigError(f"{name}: {where}: {what}{more}.", "Mend that line.") from error
    if config.paint.style not in config.styles:
        known = ", ".join(sorted(config.styles)) or "none"
        raise ConfigError(f"{name}: [paint] style: {config.paint.style!r} is not one of [styles.*] ({known}).")
    if config.memory.chunk_overlap * 2 > config.memory.chunk_characters:
        raise ConfigError(f"{name}: [memory] chunk_overlap: expected at most half of chunk_characters.")
    return config
