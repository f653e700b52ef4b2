"""Work outside a request: make the file, forget it."""

import logging
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from lms.host import i18n, printing
from lms.host.contributions import Job
from lms.host.db import reader
from lms.host.render import INSTALL, Attachment, RenderError, RenderUnavailable, render_pdf
from lms.plugins.certificates import actions
from lms.plugins.certificates.domain import claims, codes, keys
from lms.plugins.certificates.domain.paper import Paper
from lms.plugins.certificates.queries import Task, task

log = logging.getLogger("lms.certificates")

HALF_AN_HOUR = 1800
RECORD = "credential.json"


def render(session: Session, payload: Mapping[str, Any]) -> None:
    """Make the file of a document; running it again makes the same bytes (CERT-6, CERT-7).

    Everything is read on the read-only connection, so that nobody waits for the write lock while the paper is drawn.
    """
    document_id = UUID(payload["document"])
    found = task(reader(), document_id)
    if found is None or found.state != "waiting":
        return
    try:
        pdf = printed(found, link=payload["link"], address=payload["address"])
    except RenderUnavailable:
        log.exception("the libraries for PDF are missing", extra={"detail": INSTALL})
        actions.not_made(session, document_id=document_id, state="unavailable")
    except RenderError as error:
        log.exception("a certificate could not be drawn", extra={"detail": str(error)})
        actions.not_made(session, document_id=document_id, state="failed")
    else:
        actions.keep_file(session, document_id=document_id, person_id=found.person_id, pdf=pdf)


def printed(found: Task, *, link: str, address: str) -> bytes:
    """Return the PDF with the signed record inside.

    Raises:
        RenderUnavailable: the system libraries are missing.
        RenderError: it could not be drawn within its limits.

    """
    with printing.speaking(found.lang) as language:
        paper = Paper(
            sheet=found.sheet,
            lang=language.code,
            direction=language.direction,
            issuer=printing.product(),
            name=found.name,
            month=found.month,
            address=address,
            link=link + found.code,
            code=found.code,
        )
        html = printing.fill_in("certificates/certificate.html", paper=paper)
        described = i18n.gettext("Signed record of this certificate")
    record = claims.sign(claims.payload(stated(found)), keys.load(printing.data_folder()))
    return render_pdf(
        html,
        stylesheet=printing.source("certificates/certificate.css"),
        files=paper.pictures(),
        attachments=[Attachment(RECORD, record, described)],
    )


def stated(found: Task) -> claims.Claims:
    """Return what the signed record states; a discreet one names neither course nor release."""
    sheet = found.sheet
    return claims.Claims(
        issuer=printing.product(),
        form="discreet" if sheet.discreet else "full",
        title=sheet.title.text,
        course="" if sheet.discreet else found.course_id,
        release="" if sheet.discreet else str(found.release),
        modules=tuple(claims.Module(module.title.text, module.lessons) for module in sheet.modules),
        hours=sheet.shown_hours,
        month=found.month.strftime("%Y-%m"),
        language=found.lang,
        code=codes.digest(found.code),
        name=found.name,
    )


def forget(session: Session, _payload: Mapping[str, Any]) -> None:
    """Erase names and files after their time."""
    actions.forget(session)


render_job = Job(actions.RENDER, render)
forget_job = Job("certificates.forget", forget, every=HALF_AN_HOUR)
