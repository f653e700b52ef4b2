"""What is printed rather than shown: templates filled outside a request, in a language of the site."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import current_app

from lms.host import i18n


@contextmanager
def speaking(lang: str) -> Iterator[i18n.Language]:
    """Speak a language of the site inside a block, wherever it runs; jobs have no page that sets one."""
    with i18n.using(lang, current_app.extensions["lms_languages"]) as language:
        yield language


def fill_in(template: str, **context: Any) -> str:
    """Fill a template that is no page of the site, in the language that is spoken now.

    Args:
        template: path of the template.
        **context: its values.

    """
    return current_app.jinja_env.get_template(template).render(**context)


def source(template: str) -> str:
    """Return a file that stands beside the templates as it is, such as the style of a paper."""
    environment = current_app.jinja_env
    assert environment.loader is not None
    return environment.loader.get_source(environment, template)[0]


def product() -> str:
    """Return the name under which the site signs its papers."""
    return str(current_app.config["LMS"].product)


def data_folder() -> Path:
    """Return the folder in which keys and other files of this site lie."""
    folder: Path = current_app.config["LMS"].folder
    return folder
