"""Who may see what belongs to a case or an ATO: documents, and what reviewers found."""

from typing import Any

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from accounts.roles import Role
from authorizations.models.querysets import Scoped, by_side, rows_of, user_organization_ids
from authorizations.vocabulary import Turn


def side_of_the_case(user: User, case: str, side: str = "side") -> Q:
    """Rows of the person's own side of a case: agency (and above), provider, assessor, PMO; the auditor has all.

    case: the path from a row to its case; side: its column that holds a side, as a `Turn`.
    """
    if Role.AUDITOR in user.roles:
        # An empty condition would not widen what is beside it: anyone who reads “or” would get the other half alone.
        return ~Q(pk__in=[])
    theirs = user_organization_ids(user)
    places = {Turn.AGENCY: "agency", Turn.PROVIDER: "offering__provider", Turn.ASSESSOR: "assessor"}
    own = {kind.value: Q(**{side: kind, f"{case}__{place}__in": theirs}) for kind, place in places.items()}
    return by_side(user, **own, pmo=Q(**{side: Turn.PMO}))


def of_own_organization(user: User) -> Q:
    """Versions that an organization of the person's, or one below it, added; the auditor is of every one here."""
    if Role.AUDITOR in user.roles:
        return ~Q(pk__in=[])
    return Q(organization__in=user_organization_ids(user))


def in_seen_case(user: User, case: str) -> Q:
    return Q(Exists(rows_of("Case").visible_to(user).filter(pk=OuterRef(case))))


class DocumentQuerySet(Scoped[Any]):
    """Documents: those of cases that a person sees and of ATOs whose register fields they see (rules b and c)."""

    def visible_to(self, user: User) -> Any:
        """What stays inside the agency is not there for others; nor is that of which there are others' drafts alone."""
        if not user.is_authenticated:
            return self.none()
        known = rows_of("DocumentVersion").filter(document=OuterRef("pk")).known_to(user)
        return self.open_to(user).filter(Exists(known))

    def open_to(self, user: User) -> Any:
        """Those whose shared versions the person may read."""
        closed = Exists(rows_of("Case").closed_to(user).filter(pk=OuterRef("case")))
        of_cases = in_seen_case(user, "case") & (Q(inside="") | ~closed)
        its_ato = rows_of("Ato").register_visible_to(user).filter(pk=OuterRef("ato"))
        return self.filter(Q(case__isnull=False) & of_cases | Q(ato__isnull=False) & Q(Exists(its_ato)))


class DocumentVersionQuerySet(Scoped[Any]):
    """Versions of documents: a draft is there for the organization that made it alone (rule d)."""

    def visible_to(self, user: User) -> Any:
        if not user.is_authenticated:
            return self.none()
        seen = Exists(rows_of("Document").open_to(user).filter(pk=OuterRef("document")))
        return self.known_to(user).filter(seen)

    def known_to(self, user: User) -> Any:
        """Of documents that are open to the person: the shared ones, and drafts of an own organization."""
        return self.filter(Q(shared_at__isnull=False) | of_own_organization(user))

    def own_of(self, user: User) -> Any:
        """Those that an organization of the person's added."""
        return self.filter(of_own_organization(user))


class FindingQuerySet(Scoped[Any]):
    """Findings: once sent for everyone who sees the case; before, for the reviewer's side alone."""

    def visible_to(self, user: User) -> Any:
        if not user.is_authenticated:
            return self.none()
        return self.filter(in_seen_case(user, "case"), Q(sent_at__isnull=False) | side_of_the_case(user, "case"))

    def unseen_by(self, user: User) -> Any:
        """The findings that are not there for this person; said outright, because they are few."""
        if not user.is_authenticated:
            return self.all()
        unseen_case = Q(Exists(rows_of("Case").unseen_by(user).filter(pk=OuterRef("case"))))
        return self.filter(unseen_case | Q(sent_at__isnull=True) & ~side_of_the_case(user, "case"))
