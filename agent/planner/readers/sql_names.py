"""What is a table's row called, and a column's value? English singulars, PascalCase, snake_case."""

from __future__ import annotations

import re

from agent.planner.readers.sql_split import keywords

# inflection turns "data" into "datum", "drives" into "drife", "caches" into "cach" and "bonus" into
# "bonu"; a table's name has to stay recognisable, so in doubt only the "s" goes.
_IRREGULAR = {
    "people": "person",
    "children": "child",
    "men": "man",
    "women": "woman",
    "mice": "mouse",
    "feet": "foot",
    "teeth": "tooth",
    "geese": "goose",
    "indices": "index",
    "vertices": "vertex",
    "matrices": "matrix",
    "appendices": "appendix",
    "analyses": "analysis",
    "diagnoses": "diagnosis",
    "hypotheses": "hypothesis",
    "crises": "crisis",
    "axes": "axis",
    "quizzes": "quiz",
    "movies": "movie",
    "cookies": "cookie",
    "calories": "calorie",
    "ties": "tie",
    "zombies": "zombie",
    "heroes": "hero",
    "potatoes": "potato",
    "tomatoes": "tomato",
    "echoes": "echo",
    "vetoes": "veto",
    "wives": "wife",
    "knives": "knife",
    "lives": "life",
    "shelves": "shelf",
    "halves": "half",
    "wolves": "wolf",
    "thieves": "thief",
    "menus": "menu",
    "gases": "gas",
    "lenses": "lens",
    "aliases": "alias",
    "biases": "bias",
    "canvases": "canvas",
    "atlases": "atlas",
}
_SAME = keywords(
    "news series species equipment information lens gas canvas atlas alias bias always kudos "
    "chaos sms gps pos os ios aws dns rss css https ms cms dbms yes as has was works goods "
    "physics mathematics statistics analytics logistics economics sales"
)
_US_PLURALS = re.compile(
    r"(?:stat|bon|camp|vir|\bb|omnib|foc|cens|corp|prospect|apparat|nex|surpl|cact|chor|circ)uses"
)
_LONGEST = 110  # room for a number within the 120 of a spec's names
_RULES = (
    (re.compile(r"(?:ss|us|is)$"), 0, ""),
    (re.compile(r"[^aeiou]ies$"), 3, "y"),
    (re.compile(r"(?:sses|shes|xes|zzes)$"), 2, ""),
    (
        re.compile(
            r"(?:ba|ma|bra|bea|ben|bra|mat|wat|fet|sket|swit|bat|pat|pit|ran|lun|in|sear|chur"
            r"|cat|dispat|laun|coa|approa|tor|ske|arti)ches$"
        ),
        2,
        "",
    ),
    (re.compile(r"s$"), 1, ""),
)


def singular(word: str) -> str:
    """Give the singular of a lower-case English word; any other word stays as it is."""
    if word in _SAME:
        return word
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if _US_PLURALS.fullmatch(word):
        return word[:-2]
    for pattern, cut, ending in _RULES:
        if pattern.search(word):
            return word[: len(word) - cut] + ending
    return word


def snake(name: str) -> str:
    """``CustomerID`` and ``customer id`` as ``customer_id``; scripts without case stay."""
    text = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    text = re.sub(r"([a-z\d])([A-Z])", r"\1_\2", text)
    text = re.sub(r"[^\w]+", "_", text).lower().strip("_")
    return re.sub(r"__+", "_", text) or name


def pascal(name: str) -> str:
    """``order_line`` as ``OrderLine``."""
    return "".join(part[:1].upper() + part[1:] for part in snake(name).split("_")) or name


def entity_name(table: str) -> str:
    """``order_lines`` as ``OrderLine``: only the last word is made singular."""
    head, _, last = snake(table).rpartition("_")
    return pascal(f"{head}_{singular(last)}" if head else singular(last)) or table


def free(wanted: str, taken: set[str], *others: str) -> str:
    """Take the first of the names that is free, else the first with a number."""
    names = [name[:_LONGEST] for name in (wanted, *others)]
    wanted = names[0]
    found = next((name for name in names if name not in taken), None)
    number = 2
    while found is None:
        candidate = f"{wanted}_{number}" if wanted == wanted.lower() else f"{wanted}{number}"
        found = None if candidate in taken else candidate
        number += 1
    taken.add(found)
    return found
