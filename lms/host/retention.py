"""Lifetimes as rules: a daily job deletes what is past its end, the health list names what stayed (RET-2)."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, DateTime, Table, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from lms.host import clock
from lms.host.contributions import Finding, Health, Job, Retention
from lms.host.db import Base, Utc, fold_log
from lms.host.i18n import gettext as _
from lms.host.plugin import current_host

log = logging.getLogger("lms.retention")
PORTION = 200
GRACE = timedelta(days=2)  # the job runs once a day, and a server may have been off for one


def forget(session: Session, _payload: Mapping[str, Any]) -> None:
    """Delete what is past its end, in portions that each count by themselves; a rule that fails stops no other."""
    for rule in current_host().all(Retention):
        try:
            while _portion(session, rule):
                session.commit()
        except Exception:
            log.exception("retention failed", extra={"plugin": rule.key})
        session.rollback()
    fold_log()


def _portion(session: Session, rule: Retention) -> bool:
    table = Base.metadata.tables[rule.table]
    keys = list(table.primary_key.columns)
    rows = session.execute(select(*keys).where(past(table, rule)).limit(PORTION)).all()
    if not rows:
        return False
    gone = or_(*(and_(*(key == value for key, value in zip(keys, row, strict=True))) for row in rows))
    return session.execute(delete(table).where(gone).returning(keys[0])).first() is not None


def past(table: Table, rule: Retention, late: timedelta = timedelta()) -> ColumnElement[bool]:
    """Return the condition for rows that are past their end, by more than `late`."""
    column = table.c[rule.column]
    edge: Any = clock.now() - rule.after - late
    if not isinstance(column.type, (DateTime, Utc)):
        edge = (edge - timedelta(days=1)).date()  # a day counts whole
    old = column <= edge
    return old if rule.only is None else and_(old, rule.only)


def overdue(conn: Connection) -> Finding:
    """Say whether something is kept longer than its rule."""
    late = []
    for rule in current_host().all(Retention):
        table = Base.metadata.tables[rule.table]
        if conn.scalar(select(func.count()).select_from(table).where(past(table, rule, GRACE))):
            late.append(rule.table)
    return Finding(
        ok=not late,
        text=_("Nothing is kept longer than promised.")
        if not late
        else _("Kept too long: %(names)s", names=", ".join(late)),
        mend=_("Is a worker running? If so, the log names the rule that failed."),
    )


job = Job("host.retention", forget, every=24 * 3600)
health = Health("host.retention", overdue)
