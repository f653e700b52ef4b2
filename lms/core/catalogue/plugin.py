"""The catalogue: courses from files, immutable releases, and the pages that show them to everybody."""

from lms import Plugin
from lms import lazy_gettext as L_  # noqa: N812 - the name that marks strings everywhere
from lms.core.catalogue import commands
from lms.core.catalogue.compile.blocks import BLOCKS
from lms.host.contributions import Command, Starter

plugin = Plugin(
    name="catalogue",
    package="lms.core.catalogue",
    title=L_("Catalogue"),
    contributions=(
        *BLOCKS,
        Command(commands.courses),
        Starter("catalogue.publish", commands.publish_missing, order=10),
    ),
)
