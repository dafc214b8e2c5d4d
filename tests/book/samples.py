"""Books and maps to bind and draw: plain, long, right to left, of many scripts, hostile, without pictures."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from ravsg.book.model import Book, Branch, Chapter, Colophon, Credit, Illustration, ModelNote, Node, StoryMap

MOMENT: Final = datetime(2026, 11, 21, 18, 30, tzinfo=UTC)
COLOPHON: Final = Colophon(
    date(2026, 11, 21),
    (
        ModelNote("saw the pictures and wrote", "llava-hf/llava-1.5-7b-hf", "Llama 2 Community License"),
        ModelNote("painted", "stable-diffusion-v1-5/stable-diffusion-v1-5", "CreativeML OpenRAIL-M"),
    ),
    ("The pictures were painted by a model; people chose them and wrote their descriptions.",),
)
CREDITS: Final = (
    Credit("Mira Lindqvist", ("words", "ideas")),
    Credit(None, ("words",)),
    Credit("Bo", ("pictures",)),
    Credit(None, ("words",)),
)
SCENE: Final = """\
The lamp had been dark for nine winters when Mira climbed stair {n} and found it *warm*. "Who is there?" she asked, \
and the wind, which never answered, answered.

It didn't say a name. It said a number, and the number was hers: the very one that was painted over the door of \
the lighthouse, under eleven coats of white. She put her palm against the glass. Far below, the sea drew back from \
the stones as if it were taking a breath -- a long one -- and for a moment every boat in the harbour lay on its side.

* * *

Bo came up behind her with the lantern. He was out of breath, and he had **both** letters in his hand, the opened \
and the unopened. "We were told never to light it," he said. "We were told so many things," said Mira, "and all of \
them by people who have left."

Then the second lantern, the one across the bay, where nobody had lived since the flood, blinked once. And then, \
slowly, as if somebody were learning how, it blinked again, {n} times."""


def painting(seed: int, size: tuple[int, int] = (768, 768), *, noise: float = 6.0) -> bytes:
    """A soft landscape as PNG, with grain, so that it costs about as many bytes as a painted picture does."""
    chance = np.random.default_rng(seed)
    width, height = size
    image = Image.new("RGB", size, (236, 214, 178))
    draw = ImageDraw.Draw(image)
    for layer in range(7):
        base = height * (0.25 + 0.11 * layer)
        hills = base + height * 0.07 * np.sin(np.linspace(0, 4 + 3 * chance.random(), 9) + 6 * chance.random())
        shade = tuple(int(value) for value in (150 - 18 * layer, 170 - 14 * layer, 150 - 16 * layer))
        points = [(width * place / 8, float(hill)) for place, hill in enumerate(hills)]
        draw.polygon([*points, (width, height), (0, height)], fill=shade)
    sun = int(width * (0.2 + 0.6 * chance.random()))
    draw.ellipse((sun, height // 9, sun + width // 8, height // 9 + width // 8), fill=(250, 240, 200))
    soft = np.asarray(image.filter(ImageFilter.GaussianBlur(3)), dtype=np.float32)
    grain = np.clip(soft + chance.normal(0, noise, soft.shape), 0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(grain).save(file, "PNG", compress_level=1)
    return file.getvalue()


def illustration(seed: int, size: tuple[int, int] = (768, 768)) -> Illustration:
    return Illustration(painting(seed, size), f"Hills in the evening, number {seed}", "The bay, that evening")


def latin(chapters: int = 3, *, pictures: int = 1, size: tuple[int, int] = (768, 768)) -> Book:
    """An English book with a cover, `pictures` to a chapter."""
    return Book(
        "urn:uuid:7d0f6f0e-27c5-4c2b-9c3c-3a7a5a3f3a10",
        "The Lantern across the Bay",
        "en",
        MOMENT,
        tuple(
            Chapter(
                f"What the wind said, part {number}",
                "\n\n".join(SCENE.format(n=number) for _ in range(2)),
                tuple(illustration(10 * number + place, size) for place in range(pictures)),
                ("Mira Lindqvist", "Bo"),
            )
            for number in range(1, chapters + 1)
        ),
        COLOPHON,
        illustration(1, size),
        "A story woven by many hands",
        CREDITS,
    )


ARABIC: Final = """\
كان المصباح مظلمًا منذ تسعة شتاءات حين صعدت ميرا الدرجة الأخيرة ووجدته *دافئًا*. قالت: "من هناك؟" \
فأجابت الريح التي لم تُجب يومًا.

لم تقل اسمًا، بل قالت رقمًا هو 1924، وكان الرقم رقمها. وضعت كفها على الزجاج، وتراجع البحر عن الحجارة.

***

جاء بو خلفها ومعه الفانوس. قال: "قيل لنا ألا نشعله أبدًا." ثم ومض الفانوس الثاني (Lantern II) مرة واحدة."""
HEBREW: Final = """\
המגדלור היה חשוך תשעה חורפים כאשר מירה עלתה אל המדרגה האחרונה ומצאה אותו *חם*. "מי שם?" שאלה.

הרוח לא אמרה שם. היא אמרה מספר, 1924, והמספר היה שלה."""
MIXED: Final = """\
Она поднялась по лестнице и сказала: "Кто здесь?" Ο άνεμος απάντησε με έναν αριθμό.

هذه فقرة عربية بين فقرات أخرى.

וזו פסקה בעברית.

灯台は九つの冬のあいだ暗かった。灯塔在九个冬天里一直是黑的。등대는 아홉 겨울 동안 어두웠다.

ประภาคารมืดมาเก้าฤดูหนาว। दीपक नौ सर्दियों से बुझा था।

Żółta łódź, ő és ű, çığ, Việt Nam: all of it ended with a wink 😀 and a family 👩‍👩‍👧."""
HOSTILE: Final = """\
<script>alert(1)</script> & <img src=x onerror="alert(2)"> <!-- ]]> <![CDATA[ x ]]> &lt;b&gt; &#x3c;

#read("/etc/passwd") #import "@preview/cetz:0.3.0": * #eval("1+1") $ sum_(i=0) $ @label <label> \\ ` = Heading

{{ 7*7 }} {% for x in y %} ${process.env} javascript:alert(3)

https://evil.example/x.png ![x](https://evil.example/y.png) [y](javascript:alert(4))

\u202eover\u202cride \x00nul \x0bvt \ud800half \ufffe end\U0001fffe of it <@123456789012345678>
<:smile:123456789012345678>

"""


def of_text(language: str, title: str, *texts: str, cover: Illustration | None = None) -> Book:
    """A book without pictures but its cover, of these chapters."""
    return Book(
        "urn:uuid:0f0f6f0e-27c5-4c2b-9c3c-3a7a5a3f3a11",
        title,
        language,
        MOMENT,
        tuple(Chapter("", text) for text in texts),
        COLOPHON,
        cover,
        credits=CREDITS,
    )


def arabic() -> Book:
    """Right to left, with a picture and a Latin name among the words."""
    hills = Illustration(painting(5, (640, 400)), "تلال في المساء", "الخليج")
    return replace(
        of_text("ar", "الفانوس وراء الخليج", ARABIC, ARABIC, cover=illustration(4, (512, 640))),
        chapters=(
            Chapter(
                "ما قالته الريح",
                ARABIC,
                (hills,),
                ("ميرا", "Bo"),
            ),
            Chapter("الفانوس الثاني", ARABIC),
        ),
    )


def hostile() -> Book:
    """Every text that a member or a model could have written tries to be more than text."""
    bad = HOSTILE.strip()
    one_line = bad.replace("\n", " ")
    picture = painting(6, (64, 64))
    return Book(
        "urn:uuid:1f0f6f0e-27c5-4c2b-9c3c-3a7a5a3f3a12",
        f'../../"{one_line}',
        "en",
        MOMENT,
        (Chapter(one_line, bad * 2, (Illustration(picture, one_line, one_line),), (one_line,)),),
        Colophon(date(2026, 1, 1), (ModelNote(one_line, one_line, one_line),), (one_line,)),
        Illustration(picture, one_line, one_line),
        one_line,
        (Credit(one_line, ("words",)),),
    )


def woven(turns: int = 14) -> StoryMap:
    """A harbour story by five hands: the first line was set aside by a vote, one question is still open."""
    people = ("Mira Lindqvist", "Bo", "RAVSG", "Marek", "سارة")
    first = [
        Node(
            f"t{number}", f"t{number - 1}" if number else None, f"{number + 1}. {title}", people[number % 5], "first"
        )
        for number, title in enumerate(
            ("The dark lamp", "A number in the wind", "Both letters", "Across the bay", "Nobody answers", "The tide")
        )
    ]
    second = [
        Node("w0", "t2", "4. The second lantern blinks back, and back, and back again", "Bo", "bell"),
        Node("w1", "w0", "5. البحر يعود", "سارة", "bell"),
        Node("w2", "w1", "6. What the keeper hid", "RAVSG", "bell"),
    ]
    third = [
        Node("v0", "w1", "6. She does not go down", "Marek", "stay"),
        Node("v1", "v0", "7. Snow", "Mira Lindqvist", "stay"),
    ]
    long = [
        Node(f"x{number}", f"x{number - 1}" if number else "w2", f"{7 + number}. Night", people[number % 5], "bell")
        for number in range(turns - 11)
    ]
    branches = (
        Branch("first", "", "aside"),
        Branch("bell", "What if somebody answered?", "canon"),
        Branch("stay", "What if she stayed above?", "open"),
    )
    return StoryMap("The Lantern across the Bay", (*first, *second, *third, *long), branches)
