"""What entries of the audit log are about, by name and with the page where their reader finds it."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import AccessToken, Alias, Delegation, Invitation, JoinRequest, Membership, Organization, User
from authorizations.display import address
from authorizations.models import (
    AgencySystem,
    Ato,
    Case,
    Comment,
    Condition,
    Contact,
    Correction,
    CoSigner,
    DesignationEvent,
    Finding,
    FoundFeed,
    ImportRun,
    Notice,
    Offering,
    PackageAccess,
    PackageOverview,
    ReviewItem,
    Verification,
    Waiver,
)


class SubjectLink(NamedTuple):
    """A record in words, and the path of its page; blank where it has none."""

    text: str
    url: str = ""


Subject = tuple[str, int]


def subjects(user: User, wanted: Iterable[Subject]) -> dict[Subject, SubjectLink]:
    """The records of this record type and key that a reader may see: one query for each record type that has pages."""
    keys: dict[str, set[int]] = defaultdict(set)
    for record_type, key in wanted:
        keys[record_type].add(key)
    found: dict[Subject, SubjectLink] = {}
    for record_type, of_it in keys.items():
        if record_type in FOUND:
            rows, named = FOUND[record_type]
            found |= {(record_type, row.pk): named(row) for row in rows(user).filter(pk__in=of_it)}
    return found


def _own(row: Any) -> SubjectLink:
    return SubjectLink(str(row), row.get_absolute_url())


def _of_organization(row: Any) -> SubjectLink:
    return SubjectLink(row.organization.name, row.organization.get_absolute_url())


def _of_ato(ato: Ato) -> SubjectLink:
    return SubjectLink(f"{ato.agency.name}: {ato.offering.name}", address("ato", ato.public_id))


# Which records an entry may be about, and the page where the reader finds them.
FOUND: dict[str, tuple[Callable[[User], QuerySet[Any]], Callable[[Any], SubjectLink]]] = {
    "organization": (Organization.objects.visible_to, lambda row: SubjectLink(row.name, row.get_absolute_url())),
    "membership": (lambda _: Membership.objects.select_related("organization"), _of_organization),
    "invitation": (lambda _: Invitation.objects.select_related("organization"), _of_organization),
    "joinrequest": (lambda _: JoinRequest.objects.select_related("organization"), _of_organization),
    "alias": (lambda _: Alias.objects.select_related("organization"), _of_organization),
    "contact": (lambda user: Contact.objects.visible_to(user).select_related("organization"), _of_organization),
    "offering": (Offering.objects.visible_to, lambda row: SubjectLink(row.name, address("offering", row.public_id))),
    "designationevent": (
        lambda _: DesignationEvent.objects.select_related("offering"),
        lambda row: SubjectLink(row.offering.name, address("offering", row.offering.public_id)),
    ),
    "packageoverview": (
        lambda _: PackageOverview.objects.select_related("offering"),
        lambda row: SubjectLink(row.offering.name, address("offering", row.offering.public_id)),
    ),
    "ato": (lambda user: Ato.objects.visible_to(user).select_related("agency", "offering"), _of_ato),
    "case": (lambda user: Case.objects.visible_to(user).select_related("agency", "offering"), _own),
    "comment": (
        lambda user: Comment.objects.visible_to(user).select_related("case__agency", "case__offering"),
        _own,
    ),
    "cosigner": (
        lambda user: CoSigner.objects.visible_to(user).select_related("agency", "case__offering"),
        _own,
    ),
    "waiver": (
        lambda user: Waiver.objects.filter(case__in=Case.objects.visible_to(user).values("pk")).select_related(
            "case__agency", "case__offering"
        ),
        lambda row: SubjectLink(str(row.case), address("case", row.case.public_id)),
    ),
    "finding": (
        lambda user: Finding.objects.visible_to(user).select_related("case__agency", "case__offering"),
        lambda row: SubjectLink(str(row.case), row.get_absolute_url()),
    ),
    "condition": (
        lambda _: Condition.objects.select_related("ato__agency", "ato__offering"),
        lambda row: _of_ato(row.ato),
    ),
    "notice": (
        lambda _: Notice.objects.select_related("ato__agency", "ato__offering"),
        lambda row: _of_ato(row.ato),
    ),
    "agencysystem": (
        lambda user: AgencySystem.objects.visible_to(user).select_related("agency"),
        lambda row: SubjectLink(row.name, address("agency", row.agency.public_id)),
    ),
    "packageaccess": (
        lambda user: PackageAccess.objects.visible_to(user).select_related("package__offering"),
        lambda row: SubjectLink(row.package.offering.name, address("access", row.public_id)),
    ),
    "delegation": (
        lambda user: Delegation.objects.visible_to(user).select_related("deputy", "membership__user"),
        lambda row: SubjectLink(str(row), reverse("delegations")),
    ),
    "user": (lambda _: User.objects.all(), lambda row: SubjectLink(row.name)),
    "accesstoken": (lambda _: AccessToken.objects.select_related("user"), lambda row: SubjectLink(row.user.name)),
    "verification": (Verification.objects.visible_to, _own),
    "importrun": (
        ImportRun.objects.visible_to,
        lambda row: SubjectLink(row.file_name, address("import_run", row.public_id)),
    ),
    "correction": (
        lambda user: Correction.objects.visible_to(user).select_related(
            "offering", "ato__agency", "ato__offering", "organization"
        ),
        _own,
    ),
    "foundfeed": (
        FoundFeed.objects.visible_to,
        lambda row: SubjectLink(row.file_name, address("found_feed", row.public_id)),
    ),
    "reviewitem": (
        ReviewItem.objects.visible_to,
        lambda row: SubjectLink(row.sentence, address("review_item", row.public_id)),
    ),
}
