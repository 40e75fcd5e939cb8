"""Recipes for a furnished site, by what their campaigns are there to show."""

from __future__ import annotations

_RECORDS = """
title = "{title}"
description = "{description}"
{more}
[[stage]]
name = "need"
slice = {{ mode = "fields", columns = ["{column}"] }}
question = {{ kind = "{kind}", text = "{text}"{settings} }}
policy = {{ min_answers = 2, max_answers = 4, confidence = 0.8 }}
"""
_PICTURES = """
title = "{title}"
description = "{description}"
[[stage]]
name = "seen"
slice = {{ mode = "whole" }}
question = {{ kind = "{kind}", text = "{text}"{settings} }}
policy = {{ min_answers = 2, max_answers = 3, confidence = 0.9 }}
"""
_NEEDS = ', options = ["water", "food", "medical help", "something else", "nothing"]'
_INSTRUCTIONS = '''deadline = 2027-01-31
instructions = """
Read the **whole** message. If it asks for several things, take the one that cannot wait.

- Thanks and questions are *nothing*.
- Insulin is *medical help*.
"""
'''


def _records(
    title: str, text: str, kind: str = "text", settings: str = "", **more: str
) -> str:
    given = {
        "title": title,
        "description": "Say what each message asks for, so that boats go to the right place.",
        "column": "entry",
        "more": "",
        "text": text,
        "kind": kind,
        "settings": settings,
    }
    return _RECORDS.format(**(given | more))


def _pictures(title: str, text: str, kind: str, settings: str) -> str:
    given = "Look at one piece of an aerial picture and say what you see."
    return _PICTURES.format(
        title=title, description=given, text=text, kind=kind, settings=settings
    )


RECIPES = {
    "messages": _records(
        "Sort flood messages",
        "What does this message ask for?",
        "choice",
        _NEEDS,
        column="message",
        more=_INSTRUCTIONS,
    )
    + """
[[stage]]
name = "where"
when = { stage = "need", not = ["nothing"] }
slice = { mode = "fields", columns = ["message"] }
question = { kind = "text", text = "Copy the place name, if there is one." }
policy = { min_answers = 2, max_answers = 4, confidence = 0.9 }
""",
    "pictures": _pictures(
        "Find houses after the flood",
        "Do you see a house?",
        "choice",
        ', options = ["yes, whole", "yes, damaged", "no house"], help = "A roof alone counts as damaged."',
    ),
    "choices": _records(
        "Which needs are named?",
        "Which of these does the message name?",
        "choices",
        _NEEDS,
        column="message",
    ),
    "text": _records("Type the stock ledger", "Copy this line of the ledger."),
    "number": _pictures(
        "Count houses",
        "How many houses do you see?",
        "number",
        ', min = 0, integer = true, unit = "houses"',
    ),
    "done": _records("Count blankets", "How many are there?", "number"),
    "busy": _records("Read the last page", "What stands here?").replace(
        "min_answers = 2, max_answers = 4", "min_answers = 1, max_answers = 1"
    ),
    "paused": _records("Sort letters of 1931", "Who wrote it?"),
    "down": _records("Name the people", "Who is it?"),
    "draft": _records(
        "Read rain gauges", "What does the gauge show?", "number", ', unit = "mm"'
    ),
    "bare": _records(
        "Mark broken bridges", "Is it broken?", "choice", ', options = ["yes", "no"]'
    ),
    "waiting": _records("Map the hill paths", "Where does it lead?"),
}
