"""Forms as JSON documents: what the pages send and get."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

from vedette_query.errors import BadRequest
from vedette_query.model.form import JOINS, OPERATORS, Argument, Condition, Conditions, Form, Operator, Step
from vedette_query.model.form_words import AGGREGATES, CONSOLIDATIONS, FUNCTIONS, KINDS, PERCENTILES, Parameter

MAX_DEPTH: Final = 20
"""Groups of conditions inside of each other."""


def document(form: Form) -> dict[str, Any]:
    """A form as JSON; `form_of` reads it again."""
    return {
        "where": _group_document(form.where),
        "aggregate": form.aggregate,
        "parameters": list(form.parameters),
        "keys": list(form.keys),
        "consolidation": form.consolidation,
        "offset": form.offset,
        "steps": [
            {
                "word": step.word,
                "arguments": [a if isinstance(a, str) else list(a) for a in step.arguments],
                "leading": step.leading,
            }
            for step in form.steps
        ],
        "style": dict(form.style),
    }


def form_of(given: object, averages: tuple[str, ...] = ()) -> Form:
    """The form of a document. What has not been filled in yet is left out. Raises `BadRequest` for what is wrong."""
    fields = _object(given, "the form")
    aggregate = _text(fields.get("aggregate", "sum"), "aggregate")
    steps = [step for one in _list(fields.get("steps", []), "steps") if (step := _step(one)) is not None]
    known = (*AGGREGATES, *averages)
    bare = bool(steps) and (function := FUNCTIONS.get(steps[0].word)) is not None and function.bare
    if aggregate not in known and not (aggregate == "" and bare):
        raise BadRequest(f"there is no aggregate '{aggregate}', there are {', '.join(known)}")
    consolidation = _text(fields.get("consolidation", ""), "consolidation")
    if consolidation and consolidation not in CONSOLIDATIONS:
        raise BadRequest(f"there is no consolidation '{consolidation}', there are {', '.join(CONSOLIDATIONS)}")
    style = _object(fields.get("style", {}), "style")
    return Form(
        _group(fields.get("where", {}), 0) or Conditions(),
        aggregate,
        _parameters(aggregate, fields),
        _texts(fields.get("keys", []), "keys"),
        consolidation,
        _text(fields.get("offset", ""), "offset"),
        tuple(steps),
        {word: text for word, value in style.items() if (text := _text(value, f"style {word}"))},
    )


def _group_document(group: Conditions) -> dict[str, Any]:
    parts = [
        _group_document(part) if isinstance(part, Conditions) else _condition_document(part) for part in group.parts
    ]
    return {"join": group.join, "not": group.negated, "parts": parts}


def _condition_document(condition: Condition) -> dict[str, Any]:
    return {
        "key": condition.key,
        "operator": condition.operator,
        "values": list(condition.values),
        "not": condition.negated,
    }


def _group(given: object, depth: int) -> Conditions | None:
    """A group of what has been filled in; None when there is nothing yet."""
    if depth > MAX_DEPTH:
        raise BadRequest(f"conditions are nested more than {MAX_DEPTH} deep, which is the limit")
    fields = _object(given, "a group of conditions")
    join = fields.get("join", "all")
    if join not in JOINS:
        raise BadRequest(f"a group joins its conditions by {' or '.join(JOINS)}, found '{join}'")
    listed = _list(fields.get("parts", []), "parts")
    read = [_group(one, depth + 1) if "parts" in _object(one, "a condition") else _condition(one) for one in listed]
    parts = tuple(part for part in read if part is not None)
    if not parts and (listed or depth):
        return None
    return Conditions(parts, join, bool(fields.get("not", False)))


def _condition(given: object) -> Condition | None:
    fields = _object(given, "a condition")
    operator = _text(fields.get("operator", "is"), "operator")
    if operator not in OPERATORS:
        raise BadRequest(f"there is no operator '{operator}', there are {', '.join(OPERATORS)}")
    key, values = _text(fields.get("key", ""), "key"), _texts(fields.get("values", []), "values")
    if not key or (not values and operator != "has"):
        return None
    if operator != "one-of":
        values = values[: 0 if operator == "has" else 1]
    return Condition(key, cast(Operator, operator), values, bool(fields.get("not", False)))


def _parameters(aggregate: str, fields: Mapping[str, Any]) -> tuple[str, ...]:
    wanted = AGGREGATES[aggregate][1] if aggregate in AGGREGATES else ()
    given = _texts(fields.get("parameters", []), "parameters") if wanted else ()
    if aggregate == PERCENTILES:
        if not given:
            raise BadRequest("say which percentiles, such as 50 and 99")
        return tuple(str(_argument(aggregate, wanted[0], text)) for text in given)
    return tuple(
        str(_argument(aggregate, parameter, given[place] if place < len(given) else ""))
        for place, parameter in enumerate(wanted)
    )


def _step(given: object) -> Step | None:
    fields = _object(given, "a step")
    word = _text(fields.get("word", ""), "word")
    if not word:
        return None
    if word not in FUNCTIONS:
        raise BadRequest(f"there is no function '{word}'")
    arguments = _list(fields.get("arguments", []), "arguments")
    read = tuple(
        _argument(word, parameter, arguments[place] if place < len(arguments) else "")
        for place, parameter in enumerate(FUNCTIONS[word].parameters)
    )
    return Step(word, read, bool(fields.get("leading", False)) and FUNCTIONS[word].number)


def _argument(word: str, parameter: Parameter, value: object) -> Argument:
    if parameter.kind == "keys":
        return _texts(value or [], parameter.name)
    text = _text(value, parameter.name)
    what, fits = KINDS[parameter.kind]
    if not fits(text):
        raise BadRequest(f"{word} needs {what} for '{parameter.name}', found '{text}'")
    return text


def _object(given: object, name: str) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise BadRequest(f"{name} should be an object, found {_kind(given)}")
    return given


def _list(given: object, name: str) -> list[Any]:
    if not isinstance(given, list):
        raise BadRequest(f"'{name}' should be a list, found {_kind(given)}")
    return given


def _text(given: object, name: str) -> str:
    if not isinstance(given, str):
        raise BadRequest(f"'{name}' should be a text, found {_kind(given)}")
    return given


def _texts(given: object, name: str) -> tuple[str, ...]:
    """The texts of a list that are not empty."""
    return tuple(text for one in _list(given, name) if (text := _text(one, name)))


def _kind(given: object) -> str:
    names = {dict: "an object", list: "a list", str: "a text", type(None): "nothing", bool: "yes or no"}
    return names.get(type(given), "a number")
