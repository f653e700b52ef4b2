"""Templates: strict, always escaped, an operator's own folder first, words and formats at hand."""

from importlib.resources import as_file, files

from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined

from lms.host import i18n, slots, static_files, web
from lms.host.plugin import Host
from lms.host.settings import Settings


def init_app(app: Flask, host: Host, settings: Settings) -> None:
    """Set up the template environment; no template is re-read while the site runs."""
    folders = [str(settings.folder / "templates")]
    folders += [_templates(plugin.package) for plugin in host.plugins]
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    environment = app.jinja_env
    environment.auto_reload = False
    environment.autoescape = True
    environment.loader = ChoiceLoader([FileSystemLoader(folder) for folder in folders])
    environment.globals.update(
        _=i18n.html_gettext,
        gettext=i18n.html_gettext,
        ngettext=i18n.html_ngettext,
        pgettext=i18n.html_pgettext,
        direction=i18n.direction,
        asset=static_files.asset,
        csrf_token=web.csrf_token,
        fill=slots.fill,
        product=settings.product,
        stylesheet=static_files.stylesheet,
    )
    environment.filters.update(
        date=i18n.format_date,
        day=i18n.format_day,
        month=i18n.format_month,
        number=i18n.format_number,
        percent=i18n.format_percent,
        kb=i18n.format_kilobytes,
        duration=i18n.format_duration,
        joined=i18n.format_list,
    )


def _templates(package: str) -> str:
    with as_file(files(package)) as folder:
        return str(folder / "templates")
