"""Assessors and providers in a plan. Assessors have a list of their own; providers are but a text on each offering."""

from collections import Counter, defaultdict
from typing import Any

from accounts.models import Organization
from accounts.roles import FeedList, OrganizationKind, RecordSource
from authorizations.exchange.imports.draft_proposal import Draft
from authorizations.exchange.imports.feed_rows import ASSESSORS, FeedProductRow, FeedTable
from authorizations.exchange.imports.name_matching import same_but_legal_form
from authorizations.exchange.imports.organization_matching import Directory, Found
from authorizations.exchange.imports.precedence import is_spoiled
from authorizations.exchange.imports.register_snapshot import RegisterSnapshot

PROVIDERS = "Providers"
# “Currently contracted with a non-FedRAMP recognized 3PAO” is no firm.
PSEUDO_ASSESSORS = frozenset({"100000"})


def state(draft: Draft, organization: Organization, **facts: Any) -> None:
    """Sets what the feed says; on an organization entered here only where nothing was entered."""
    if organization.source == RecordSource.PORTAL:
        facts = {
            name: value
            for name, value in facts.items()
            if value not in ("", None) and getattr(organization, name) in ("", None)
        }
    draft.state(organization, **facts)


def _is_nearly(theirs: str, ours: str) -> bool:
    return same_but_legal_form(ours, theirs) or is_spoiled(theirs, ours)


class Assessors:
    def __init__(self, draft: Draft, register: RegisterSnapshot, table: FeedTable) -> None:
        self.draft, self.table = draft, table
        self.directory = Directory(draft, register, OrganizationKind.ASSESSOR, ASSESSORS, FeedList.ASSESSORS)

    def take_rows(self) -> None:
        seen: set[str] = set()
        for row in self.table.rows:
            if row.id and row.id in seen:
                self.draft.set_aside_twice(ASSESSORS, row.id, row.name)
                continue
            seen.add(row.id)
            found = self.directory.identify(row.id, row.name, pseudo=row.id in PSEUDO_ASSESSORS)
            self.directory.spell(found, row.as_published)
            self.directory.with_row.add(id(found.organization))
            self.draft.publish(found.organization)
            facts: dict[str, Any] = {"in_remediation": row.in_remediation}
            if row.email is not None:
                facts["email"] = row.email
            if row.accredited.readable:
                facts["accredited_on"] = row.accredited.on
            state(self.draft, found.organization, **facts)
            self.draft.row(ASSESSORS, found.organization, *found.additions)
        self.draft.set_aside(ASSESSORS, self.table.set_aside)

    def of(self, row: FeedProductRow) -> Organization | None:
        """The assessor an offering names; one that is in no list is taken from there."""
        if not row.assessor:
            return None
        organization = self.directory.named(row.assessor) or self.directory.holder(row.assessor_id)
        if organization is None:
            sentence = "The assessor is not in the feed's list; it was taken from this row."
            self.draft.issue("Products", row.id, "independent_assessor", row.assessor, "unlisted_assessor", sentence)
            organization = self.directory.add(row.assessor)
            self.directory.give_id(Found(organization), row.assessor_id, row.assessor)
        self.directory.spell(Found(organization), row.assessor_as_published)
        self.draft.publish(organization)
        return organization

    def finish(self) -> None:
        self.directory.finish(self.table)


class Providers:
    """The providers of one plan: each different text is a row of a table that the feed does not have."""

    def __init__(self, draft: Draft, register: RegisterSnapshot) -> None:
        self.draft = draft
        self.directory = Directory(draft, register, OrganizationKind.PROVIDER, PROVIDERS)
        self._found: dict[str, Found] = {}
        self._facts: dict[int, dict[str, Counter[Any]]] = defaultdict(lambda: defaultdict(Counter))

    def of(self, row: FeedProductRow, current: Organization | None) -> Organization:
        """The provider of that name; where only the legal form of an offering's provider changed, it is that one."""
        found = self._found.get(row.provider)
        if found is None:
            known = self.directory.named(row.provider)
            if known is None and current is not None and _is_nearly(row.provider, current.name):
                known = current
            found = self._found[row.provider] = Found(known or self.directory.add(row.provider))
            self.directory.spell(found, row.provider)
            self.draft.row(PROVIDERS, found.organization, *found.additions)
        if row.is_listed:
            self.draft.publish(found.organization)
        stated = self._facts[id(found.organization)]
        stated["uei"].update([row.uei] if row.uei else [])
        stated["small_business"].update([] if row.small_business is None else [row.small_business])
        return found.organization

    def finish(self, products: FeedTable) -> None:
        """What most offerings of a provider say of it, then the numbers."""
        for organization in self.directory.organizations:
            facts = self._facts.get(id(organization), {})
            most = {name: values.most_common(1)[0][0] for name, values in facts.items() if values}
            state(self.draft, organization, **most)
        if products.present:
            self.draft.tally(PROVIDERS, FeedTable(records=len(self._found), is_whole=products.is_whole))
        if products.present and products.is_whole:
            self.draft.withdraw(PROVIDERS, self.directory.organizations)
