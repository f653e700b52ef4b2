"""Templates: strict, always escaped, an operator's own folder first, words and formats at hand."""

from collections.abc import MutableMapping
from importlib.resources import as_file, files
from keyword import iskeyword
from typing import Any

from flask import Flask
from flask.templating import Environment
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined, nodes
from jinja2.compiler import CodeGenerator, Frame

from lms.host import frame, i18n, slots, spans, static_files, tiles, web
from lms.host.plugin import Host
from lms.host.settings import Settings

DIRECT = frozenset({"_", "gettext", "ngettext", "pgettext", "url_for", "tile", "shape", "text", "words"})


class Direct(CodeGenerator):
    """Calls the functions of `DIRECT` as Python would and writes what they return as it is.

    Jinja asks of every call whether it wants the context, and escapes what comes back; on a page of sixty strings that
    is more work than everything else. These functions want no context and return markup.
    """

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: FBT001, FBT002, N802 - Jinja's name and signature
        """Write the call."""
        if not _is_direct(node):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for argument in node.args:
            self.visit(argument, frame)
            self.write(", ")
        for keyword in node.kwargs:
            self.write(f"{keyword.key}=")
            self.visit(keyword.value, frame)
            self.write(", ")
        self.write(")")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if _is_direct(node):
            self.write("(")
        else:
            super()._output_child_pre(node, frame, finalize)


def _is_direct(node: nodes.Expr) -> bool:
    return (
        isinstance(node, nodes.Call)
        and isinstance(node.node, nodes.Name)
        and node.node.name in DIRECT
        and node.dyn_args is None
        and node.dyn_kwargs is None
        and not any(iskeyword(keyword.key) for keyword in node.kwargs)
    )


class Templates(Environment):
    """Flask's environment, without the layered look-up of globals that costs more than a small page."""

    code_generator_class = Direct

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Share one plain dictionary; no template of ours brings globals of its own."""
        return {**self.globals, **d} if d else self.globals


def init_app(app: Flask, host: Host, settings: Settings) -> None:
    """Set up the template environment; no template is re-read while the site runs."""
    folders = [str(settings.folder / "templates")]
    folders += [_templates(plugin.package) for plugin in host.plugins]
    app.jinja_environment = Templates
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
        draw_shape=tiles.shape,
        draw_state=tiles.words,
        draw_text=spans.text,
        draw_tile=tiles.tile,
        fill=slots.fill,
        product=settings.product,
        stylesheet=static_files.stylesheet,
        url_for=frame.addresses(),
    )
    environment.filters.update(
        date=i18n.format_date,
        day=i18n.format_day,
        digits=i18n.format_digits,
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
