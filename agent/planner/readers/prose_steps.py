"""Who may take a step of a state machine? "Agents can close tickets", where a step ends closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.planner.readers import prose_words as words
from agent.planner.readers.prose_facts import Right, Step
from agent.planner.readers.prose_nouns import noun, singular
from agent.planner.readers.prose_text import span
from agent.planner.readers.prose_verbs import participle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.planner.readers.prose_context import Context
    from agent.planner.readers.prose_facts import Noun
    from agent.planner.readers.prose_text import Token

_MOST_STATES = 3


def is_step(tokens: Sequence[Token], context: Context) -> bool:
    """Tell whether words are verbs, one of which ends in a state of what they are done to."""
    verbs, thing = _taken(tokens, context)
    return thing is not None and any(_reaches(verb, thing, context) for verb in verbs)


def steps(
    people: Sequence[str], tokens: Sequence[Token], whole: Sequence[Token], context: Context
) -> bool:
    """Read "(agents can) close or reopen tickets": steps into states, if the entity has those.

    Beside a step, what is no step is a right: "write and publish articles".
    """
    verbs, thing = _taken(tokens, context)
    if thing is None or not verbs:
        return False
    others = [v for v in verbs if v in words.ACTIONS and not _reaches(v, thing, context)]
    actions = tuple(dict.fromkeys(a for verb in others for a in words.ACTIONS[verb]))
    place = span(whole)
    only = any(t.word in words.ALONE for t in whole)
    for person in people:
        context.say(*(Step(person, verb, thing, place) for verb in verbs if verb not in others))
        if actions:
            context.say(Right(person, actions, thing, place, only=only))
    return True


def _taken(tokens: Sequence[Token], context: Context) -> tuple[list[str], Noun | None]:
    """Read verbs and the declared entity behind them; none where the words are no such."""
    tokens = [t for t in tokens if t.word not in {"also", "only"}]
    for end in range(1, min(2 * _MOST_STATES, len(tokens))):
        thing = noun(tokens[end:])
        if thing is None or not (context.knows(thing) or _states_of(thing, context)):
            continue
        verbs = [t.word for t in tokens[:end] if t.is_word and t.word not in {"and", "or"}]
        if len(verbs) > _MOST_STATES or any(v in words.BREAKS for v in verbs):
            break
        return verbs, thing
    return [], None


def _states_of(thing: Noun, context: Context) -> set[str]:
    """Return the states that the steps of an entity lead into."""
    name = thing.key
    return {s for key, s in context.reached if key == name or key.endswith(f"_{name}")}


def _reaches(verb: str, thing: Noun, context: Context) -> bool:
    return bool(possible_states(verb) & _states_of(thing, context))


def possible_states(verb: str) -> set[str]:
    """Return what something may be called to which a verb was done: close -> closed."""
    stem = verb.removesuffix("e")
    if verb.endswith("y"):
        stem = f"{verb[:-1]}i"
    return {f"{stem}ed", f"{verb}{verb[-1]}ed", f"{singular(verb)}ed", participle(verb)}
