"""Looking for words on pages that no translator would ever see."""

import ast
import re
from collections.abc import Iterator

COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
BLOCK = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
IGNORED = re.compile(r"<(style|script|code|pre)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
SHOWN = re.compile(r'\s(?:title|alt|aria-label|placeholder|label|summary)="([^"]*)"', re.IGNORECASE)
BUTTON = re.compile(r'<(?:input|button)\b[^>]*type="(?:submit|button)"[^>]*\svalue="([^"]*)"', re.IGNORECASE)
TAG = re.compile(r"<[^>]*>", re.DOTALL)
LOOSE_ATTRIBUTE = re.compile(r'\s[\w-]+="[^"]*"')  # written by a macro that stands inside a tag
WORD = re.compile(r"[^\W\d_]{2,}")
NO_PROSE = re.compile(r"&\w+;|\S*/\S*")  # entities, paths
GAP = "\x00"  # stands for what the template puts in

# Functions of ours whose first argument, or whose argument of this name, a person reads.
SHOWN_BY = {
    "page": "title",
    "problem": "title",
    "NavItem": "label",
    "ValidationError": 0,
    "StringField": 0,
    "PasswordField": 0,
    "TextAreaField": 0,
    "RadioField": 0,
    "SelectField": 0,
    "BooleanField": 0,
    "IntegerField": 0,
    "SubmitField": 0,
}
TRANSLATORS = {"_", "L_", "gettext", "ngettext", "lazy_gettext", "pgettext", "lazy_pgettext", "_l"}


def in_template(source: str) -> Iterator[str]:
    """Yield words that stand outside `{{ _("…") }}` in a template."""
    plain = BLOCK.sub(GAP, COMMENT.sub("", source))
    plain = IGNORED.sub("", plain)
    shown = [*SHOWN.findall(plain), *BUTTON.findall(plain), *LOOSE_ATTRIBUTE.sub("", TAG.sub("\n", plain)).split("\n")]
    for text in shown:
        words = NO_PROSE.sub("", text).strip()
        if WORD.search(words.replace(GAP, "")):
            yield words.replace(GAP, "…")


def in_python(source: str) -> Iterator[str]:
    """Yield plain strings that are handed to something that shows them, and messages no translator can use."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in TRANSLATORS:
            yield from _message(node)
        elif name in SHOWN_BY:
            place = SHOWN_BY[name]
            value = _argument(node, place)
            if isinstance(value, ast.JoinedStr) or (_is_text(value) and WORD.search(value.value)):  # type: ignore[union-attr]
                yield f"{name}(… {ast.unparse(value)})"  # type: ignore[arg-type]


def _message(node: ast.Call) -> Iterator[str]:
    for argument in node.args[:2]:
        if isinstance(argument, ast.JoinedStr | ast.BinOp):
            yield f"built from parts: {ast.unparse(argument)}"
        elif _is_text(argument) and re.search(r"%[sd]|\{\w*\}", argument.value):
            yield f"unnamed placeholder: {argument.value}"


def _argument(node: ast.Call, place: str | int) -> ast.expr | None:
    if isinstance(place, int):
        return node.args[place] if len(node.args) > place else None
    return next((keyword.value for keyword in node.keywords if keyword.arg == place), None)


def _is_text(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
