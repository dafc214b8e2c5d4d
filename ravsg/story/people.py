"""Who is in a text: names of people, the pronouns and kinds that go with them.

Names are found by their capital letters and by what they do: they say, have or do something. What is named only after
"in", "to" or "the" is a place.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

from ravsg.story.prose import narration, split_sentences, words_of
from ravsg.story.verbs import is_past, is_present
from ravsg.story.wordlists import word_list

_NAME: Final = re.compile(r"\b[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]+(?:-[A-Z][a-z]+)?\b")
_NO_NAMES: Final = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december christmas easter god lord earth moon sun mars english french german latin
    captain doctor professor sir madam lady mister miss mrs mr ms dr king queen prince princess father mother mum mom
    dad papa mama grandma grandpa grandmother grandfather aunt uncle sister brother sergeant inspector detective
    chapter title north south east west please yes no oh ah hello goodbye thank thanks sorry well okay quick wait look
    listen run stop come go good morning night left right nothing everything""".split()  # noqa: SIM905 - words read better in a row
)
_PLACE_BEFORE: Final = frozenset("in at to from near of the towards toward into through across around off on".split())  # noqa: SIM905 - words read better in a row
_SPEECH: Final = frozenset(
    "said asked whispered cried shouted called replied answered murmured muttered says asks".split()  # noqa: SIM905 - words read better in a row
)
_AUXILIARY: Final = frozenset("is was had has did does could would will might must can should".split())  # noqa: SIM905 - words read better in a row

_ASIDE: Final = re.compile(r",? who | (?:\w+ly|always|also|never|often|only|just|still|soon|once|again|now|then) ")
"""What may stand between a name and what its bearer does: "Kit always grinned", "Kit, who had never fallen"."""


def names_of(text: str, known: Iterable[str] = ()) -> Counter[str]:
    """Names of people with how often they stand in a text; those `known` count wherever they stand."""
    sure = set(known)
    lower = set(re.findall(r"\b[a-z]+\b", text))
    seen: Counter[str] = Counter()
    acts: Counter[str] = Counter()
    inside: set[str] = set()
    for sentence in re.split(r"(?<=[.!?…])[\"'”’)]*\s+|\n+", text):
        for found in _NAME.finditer(sentence):
            name = found[0]
            if name not in sure and (name.lower() in _NO_NAMES or name.lower() in word_list("stop")):
                continue
            seen[name] += 1
            acts[name] += _acts(sentence, found)
            if sentence[: found.start()].strip("\"'“‘(—– "):
                inside.add(name)
    return Counter(
        {
            name: count
            for name, count in seen.items()
            if name in sure or (acts[name] and (name in inside or (count > 1 and name.lower() not in lower)))
        }
    )


def _acts(sentence: str, found: re.Match[str]) -> bool:
    """Whether a name stands where somebody does something, owns something, or is addressed as a speaker."""
    before = words_of(sentence[: found.start()])
    after = sentence[found.end() :]
    if after.startswith(("'s ", "’s ")) and not (before and before[-1] in _PLACE_BEFORE):
        return True
    if before and before[-1] in _SPEECH:
        return True
    if before and before[-1] in _PLACE_BEFORE:
        return False
    aside = _ASIDE.match(after)
    following = words_of(after[aside.end() if aside else 0 :][:40])
    return bool((aside or after[:1] == " ") and following and _is_verb(following[0]))


def _is_verb(word: str) -> bool:
    return word in _AUXILIARY or is_past(word) or is_present(word)


def called(name: str) -> str:
    """By which word of their full name somebody is called in a text: "Birch" for "Sergeant Birch", the first of
    several; empty where there is no name among them."""
    words = re.findall(r"[^\W\d_][\w'-]*", name)
    named = [word for word in words if word[:1].isupper() and word.lower() not in _NO_NAMES | _TITLES]
    return named[0] if named else ""


_TITLES: Final = frozenset(
    "old young little big private nurse countess lord inspector colonel officer reverend sister".split()  # noqa: SIM905 - words read better in a row
)
_SUBJECT: Final = {
    "he": "he",
    "himself": "he",
    "his": "he",
    "she": "she",
    "herself": "she",
    "her": "she",
    "hers": "she",
}
"""Words that speak of the subject of their sentence. "Him" does not: it is mostly somebody else."""
_MOST_OF_A_SENTENCE: Final = 3


def pronouns_of(text: str, names: Iterable[str]) -> dict[str, Counter[str]]:
    """How often each of the names goes with "he" and with "she": "his" counts once, "he" twice, a sentence
    three times at most.

    Only where it is clear: in narration, a sentence that begins with the name and names nobody else, and the next one
    where it begins with a pronoun; not where both pronouns stand in it, or somebody else by an article.
    """
    wanted = set(names)
    found: dict[str, Counter[str]] = {name: Counter() for name in wanted}
    for paragraph in narration(text).split("\n"):
        subject = ""
        for sentence in split_sentences(paragraph):
            there = [name for name in _NAME.findall(sentence) if name in wanted]
            words = words_of(sentence)
            if len(set(there)) == 1 and sentence.startswith(there[0]) and not _others(sentence, there[0]):
                subject = there[0]
            elif there or not (subject and words and words[0] in _SUBJECT):
                subject = ""
            pronouns = [_SUBJECT[word] for word in words if word in _SUBJECT]
            if subject and len(set(pronouns)) == 1 and "him" not in words:
                weight = len(pronouns) + sum(word in {"he", "she"} for word in words)
                found[subject][pronouns[0]] += min(_MOST_OF_A_SENTENCE, weight)
    return found


_OTHER: Final = re.compile(
    r"\b(?:the|a|an|another|no) (?:\w+ ){0,2}(?:man|woman|boy|girl|mother|father|sister|brother|wife|husband|son|"
    r"daughter|friend|stranger|captain|king|queen|teacher|doctor|guard|child|aunt|uncle|grandmother|grandfather|lady|"
    r"lord|knight|witch|driver|soldier|officer|voice)\b",
    re.IGNORECASE,
)


def _others(sentence: str, name: str) -> bool:
    """Whether a sentence speaks of somebody beside the name."""
    rest = sentence.replace(name, "", 1)
    strangers = [one for one in _NAME.findall(rest) if one.lower() not in _NO_NAMES | word_list("stop")]
    return bool(strangers or _OTHER.search(rest))
