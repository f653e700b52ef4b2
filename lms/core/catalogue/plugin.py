"""The catalogue: courses from files, immutable releases, and the pages that show them to everybody."""

from lms import Plugin
from lms import lazy_gettext as L_
from lms.core.catalogue import commands, staff, views
from lms.core.catalogue.access import AUTHOR, TRAINER
from lms.core.catalogue.actions.seed import seeder
from lms.core.catalogue.compile.blocks import BLOCKS
from lms.host.contributions import Command, NavItem, Starter, Views

plugin = Plugin(
    name="catalogue",
    package="lms.core.catalogue",
    title=L_("Catalogue"),
    contributions=(
        *BLOCKS,
        Views(views.blueprint, surface="public"),
        Views(staff.blueprint, surface="staff"),
        Views(staff.room, surface="staff"),
        AUTHOR,
        TRAINER,
        NavItem("catalogue.home", L_("Courses"), "catalogue.home", "anonymous", order=10),
        NavItem(
            "catalogue.desk",
            L_("Courses to edit"),
            "catalogue_staff.courses",
            "staff",
            order=50,
            roles=AUTHOR.roles,
        ),
        NavItem(
            "catalogue.room",
            L_("Notes for trainers"),
            "catalogue_room.notes",
            "staff",
            order=45,
            roles=TRAINER.roles,
        ),
        Command(commands.courses),
        Starter("catalogue.publish", commands.publish_missing, order=10),
        seeder,
    ),
)
