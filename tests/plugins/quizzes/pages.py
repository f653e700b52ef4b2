"""Reading our pages as a browser without scripts does: fields, labels, what is sent when a button is pressed."""

from collections import defaultdict

import html5lib

from tests.plugins.quizzes.samples import TYPES, right_answer, wrong_answer

XHTML = "{http://www.w3.org/1999/xhtml}"


class Page:
    """A parsed answer. Parsing is strict: a page that is not valid HTML fails the test."""

    def __init__(self, response):
        self.status = response.status_code
        self.location = response.headers.get("Location", "")
        self.text = response.get_data(as_text=True)
        parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
        self.tree = parser.parse(self.text) if self.status not in {301, 302, 303} else None

    def all(self, path):
        return self.tree.findall(f".//{path}")

    def words(self, path):
        return [" ".join("".join(found.itertext()).split()) for found in self.all(path)]

    @property
    def title(self):
        return self.words("title")[0]

    @property
    def heading(self):
        return self.words("h1")[0]

    def form(self, *, holding="attempt"):
        """What the form with the field `holding` would send as it stands, names to lists of values."""
        for form in self.all("form"):
            if form.find(f".//*[@name='{holding}']") is not None:
                return fields(form)
        raise AssertionError(f"no form holds {holding}")


def fields(form):
    sent = defaultdict(list)
    for control in form.iter():
        name = control.get("name")
        if name is None:
            continue
        if control.tag == "input" and control.get("type") in {"radio", "checkbox"}:
            if control.get("checked") is not None:
                sent[name].append(control.get("value"))
        elif control.tag == "input":
            sent[name].append(control.get("value", ""))
        elif control.tag == "select":
            chosen = [option for option in control if option.get("selected") is not None] or [control[0]]
            sent[name].append(chosen[0].get("value"))
    return dict(sent)


def answers_on(page, quiz, *, right=True, only=None):
    """Fill in a page by its words, as a person reads it: the places on it say nothing of the key."""
    sent = page.form()
    for question in quiz.questions:
        if only is not None and question.id not in only:
            continue
        if not TYPES[question.type].graded or TYPES[question.type].alone:
            continue
        answer = right_answer(question) if right else wrong_answer(question)
        sent |= by_words(page, question, answer)
    return sent


def by_words(page, question, answer):
    name, body = question.id, question.body
    match question.type:
        case "single":
            return {name: [choice(page, name, text_of(body["options"], answer))]}
        case "multiple":
            return {name: [choice(page, name, text_of(body["options"], one)) for one in answer]}
        case "truefalse":
            return {name: ["1" if answer else "2"]}
        case "ordering":
            places = {text_of(body["steps"], step): str(n) for n, step in enumerate(answer, 1)}
            return {field: [places[label]] for field, label in rows(page, name)}
        case "matching":
            lefts = {text_of(body["pairs"], pair, "left"): right for pair, right in answer.items()}
            return {
                field: [option(page, field, text_of(body["rights"], lefts[label]))] for field, label in rows(page, name)
            }
        case "numeric" | "short":
            return {name: [answer]}
        case "cloze":
            return {f"{name}.{gap}": [gap_value(page, question, gap, said)] for gap, said in answer.items()}
    return {}


def gap_value(page, question, gap, said):
    words = question.body["words"]
    return option(page, f"{question.id}.{gap}", text_of(words, said)) if words else said


def text_of(found, name, key="text"):
    return next(row[key]["text"] for row in found if row["id"] == name)


def choice(page, name, text):
    for label in page.all("label"):
        control = label.find("input")
        if control is not None and control.get("name") == name and "".join(label.itertext()).strip() == text:
            return control.get("value")
    raise AssertionError(f"{name}: nothing reads {text!r}")


def rows(page, name):
    """(field, label) of each select of a question."""
    return [
        (label.get("for"), "".join(label.itertext()).strip())
        for label in page.all("label")
        if (label.get("for") or "").startswith(f"{name}.")
    ]


def option(page, field, text):
    [select] = [found for found in page.all("select") if found.get("name") == field]
    return next(found.get("value") for found in select if "".join(found.itertext()).strip() == text)
