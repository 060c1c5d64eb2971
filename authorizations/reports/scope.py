"""Which cases and ATOs a report is about, and the addresses of lists that show the same rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import Organization, User
from accounts.roles import OrganizationKind
from authorizations.models import Ato, Case
from authorizations.reports.base import Missing, Parameter
from authorizations.reports.parameters import organization
from authorizations.tables.contents import ReportSpec
from authorizations.vocabulary import CaseKind


def _kind(user: User, text: str) -> CaseKind:
    try:
        return CaseKind(text)
    except ValueError as problem:
        raise Missing(text) from problem


KIND = Parameter("kind", "Kind of case", _kind, lambda user: CaseKind.choices)
WITHIN = organization("within", "Agency with its bureaus", OrganizationKind.AGENCY)
PROVIDER = organization("provider", "Provider", OrganizationKind.PROVIDER)
NARROWED_BY = (KIND, WITHIN, PROVIDER)


def within(agency: Organization | str, prefix: str = "agency", key: str = "") -> Q:
    """Rows of an agency, its bureaus and their offices; ``key``: what the agency is named by, such as __public_id."""
    return Q(*(Q((f"{prefix}{up}{key}", agency)) for up in ("", "__parent", "__parent__parent")), _connector=Q.OR)


@dataclass(frozen=True, slots=True)
class ReportScope:
    """What was asked for, as conditions on rows and as the query of an address; lists know the same keys."""

    spec: ReportSpec
    kind: str = ""
    agency: Organization | None = None
    provider: Organization | None = None

    @classmethod
    def of(cls, spec: ReportSpec) -> Self:
        """The scope of a report with the parameters `NARROWED_BY`, or some of them."""
        chosen = spec.chosen
        return cls(spec, chosen.get("kind", ""), chosen.get("within"), chosen.get("provider"))

    @property
    def user(self) -> User:
        return self.spec.user

    @property
    def today(self) -> date:
        return self.spec.today

    @property
    def query(self) -> dict[str, str]:
        found = {"kind": str(self.kind)} if self.kind else {}
        return {**found, **self.of_organizations}

    @property
    def of_organizations(self) -> dict[str, str]:
        """The same without the kind, which lists of other things than cases do not know."""
        named = {"within": self.agency, "provider": self.provider}
        return {key: each.public_id for key, each in named.items() if each is not None}

    def cases(self) -> QuerySet[Any]:
        rows = self._narrowed(Case.objects.visible_to(self.user))
        return rows.filter(kind=self.kind) if self.kind else rows

    def atos(self) -> Any:
        return self._narrowed(Ato.objects.visible_to(self.user))

    def _narrowed(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        if self.agency is not None:
            rows = rows.filter(within(self.agency))
        return rows if self.provider is None else rows.filter(offering__provider=self.provider)

    def cases_url(self, **filters: Any) -> str:
        return listed("cases", {**self.query, **filters})

    def atos_url(self, **filters: Any) -> str:
        return listed("atos", {**self.of_organizations, **filters})


def listed(name: str, query: Mapping[str, Any]) -> str:
    """The address of a list with filters; a value may be a list of values."""
    return f"{reverse(name)}?{urlencode(query, doseq=True)}" if query else reverse(name)
