"""Where a person is signed in, as far as they told us: name a sign-in, end one (SES-6)."""

from uuid import UUID

from flask import Response, request

from lms import gettext as _
from lms.core.accounts.actions.sign_ins import end_own_sign_in, name_sign_in
from lms.core.accounts.forms.sign_ins import LabelForm
from lms.core.accounts.queries.sign_ins import SignInLine, running_sign_ins
from lms.core.accounts.views.frame import learner, own_person
from lms.host import room, web
from lms.host.db import db, reader
from lms.host.web import actor, page, problem, see


@learner.get("/sign-ins")
@web.signed_in
def sign_ins() -> Response:
    """List the running sign-ins."""
    own_person()
    lines = _lines()
    label = next((line.label for line in lines if line.this_one), "")
    return page("accounts/sign_ins.html", title=_("Sign-ins"), form=LabelForm(data={"label": label}), lines=lines)


@learner.post("/sign-ins")
@web.signed_in
def sign_in_named() -> Response:
    """Keep the name the person gave to this sign-in; an empty one takes it away."""
    person_id = own_person()
    form = LabelForm(request.form)
    if not form.validate():
        return problem("accounts/sign_ins.html", form, title=_("Sign-ins"), lines=_lines())
    name_sign_in(db.session(), signin=actor().signin, person_id=person_id, label=(form.label.data or "").strip())
    db.session.commit()
    return see("account.sign_ins")


@learner.get("/sign-ins/<uuid:signin_id>/end")
@web.signed_in
def sign_in_end_again(signin_id: UUID) -> Response:
    """Lead back: a link to another language asks for this address."""
    del signin_id
    return see("account.sign_ins")


@learner.post("/sign-ins/<uuid:signin_id>/end")
@web.signed_in
@room.always
def sign_in_ended(signin_id: UUID) -> Response:
    """End one of the person's own sign-ins; asking twice does no harm, and another person's is not touched."""
    end_own_sign_in(db.session(), signin_id=signin_id, person_id=actor().person)
    db.session.commit()
    return see("account.sign_ins")


def _lines() -> list[SignInLine]:
    return list(running_sign_ins(reader(), actor().person, actor().signin))
