"""Who is asking: the value every access function is given."""

from dataclasses import dataclass
from uuid import UUID

LEARNER = "learner"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role within a scope.

    Args:
        role: learner, facilitator, author, translator, reviewer, coordinator or operator.
        scope_kind: `site`, `course`, `cohort` or `organisation`.
        scope_id: identifier within the kind; empty for the site.

    """

    role: str
    scope_kind: str
    scope_id: str


@dataclass(frozen=True, slots=True)
class Actor:
    """A person (or nobody), their grants and the settings a page needs.

    Args:
        person_id: `None` for an anonymous visitor.
        signin: identifier of the sign-in row, opaque to everyone but the identity that made it.
        grants: roles within scopes.
        waiting: roles of the person that do not count yet: this sign-in has not shown a second factor (ACC-6).
        factor: whether it has.
        csrf: secret that request tokens are derived from; empty for anonymous visitors.
        alias: the name under which the audit knows the person (AUD-1).
        notice: endpoint of a page that the person must know of (AUD-4); empty when there is nothing.
        lang: preferred interface language, empty for the one of the address.
        theme: `auto`, `light` or `dark`.
        low_data: pictures become their description.
        fresh: the passphrase was given within the last ten minutes (SES-8).

    """

    person_id: UUID | None = None
    signin: str = ""
    grants: tuple[Grant, ...] = ()
    waiting: tuple[Grant, ...] = ()
    factor: bool = False
    csrf: bytes = b""
    alias: str = ""
    notice: str = ""
    lang: str = ""
    theme: str = "auto"
    low_data: bool = False
    fresh: bool = False

    @property
    def signed_in(self) -> bool:
        """Whether a person is behind this request."""
        return self.person_id is not None

    @property
    def person(self) -> UUID:
        """The person's id; only for code behind `@signed_in`."""
        if self.person_id is None:
            message = "nobody is signed in"
            raise PermissionError(message)
        return self.person_id

    def has(self, role: str, scope_kind: str | None = None, scope_id: str | None = None) -> bool:
        """Whether a grant of `role` exists, in one kind of scope or one scope when given."""
        return any(
            grant.role == role and scope_kind in (None, grant.scope_kind) and scope_id in (None, grant.scope_id)
            for grant in self.grants
        )

    def scopes(self, role: str, scope_kind: str) -> tuple[str, ...]:
        """Return the ids of every scope of one kind in which `role` is held."""
        return tuple(grant.scope_id for grant in self.grants if grant.role == role and grant.scope_kind == scope_kind)


ANONYMOUS = Actor()
