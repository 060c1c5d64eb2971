"""The record on whose page a deadline is: in words, its address, and the record type that tells who may see it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from django.urls import reverse

from authorizations.display import address
from authorizations.models import Ato, Case, Condition, Contact, Offering, PackageAccess, WbsTask
from authorizations.vocabulary import ContactFunction


class DeadlineLink(NamedTuple):
    """A record on whose page a deadline stands.

    ``seen_type`` and ``seen_id`` are those of the record whose readers may know of the deadline: of a contact, whose
    page is its organization's, the contact itself. ``label`` may name people and stays in the portal and its mails;
    ``title`` names none. ``public_id`` is that of the record which the deadline itself is about, ``offering`` the key
    of the offering that it is of, if it is of one.
    """

    subject_type: str
    subject_id: int
    label: str
    link: str
    seen_type: str
    seen_id: int
    title: str
    public_id: str
    offering: int | None


Places = Iterator[tuple[int, DeadlineLink]]
Subject = tuple[str, int]
BESIDE_A_CASE = ("public_id", "offering", "offering__name", "agency__name")


def _own(record_type: str, key: int, label: str, link: str, public_id: str, offering: int) -> DeadlineLink:
    return DeadlineLink(record_type, key, label, link, record_type, key, label, public_id, offering)


def _cases(keys: list[int]) -> Places:
    for key, public_id, of, offering, agency in Case.objects.filter(pk__in=keys).values_list("pk", *BESIDE_A_CASE):
        yield key, _own("case", key, f"{offering} for {agency}", address("case", public_id), public_id, of)


def _tasks(keys: list[int]) -> Places:
    columns = ("pk", "public_id", "number", "wbs__case", *(f"wbs__case__{column}" for column in BESIDE_A_CASE))
    for key, own_id, number, case, *beside in WbsTask.objects.filter(pk__in=keys).values_list(*columns):
        public_id, of, offering, agency = beside
        label = f"{offering} for {agency}, task {number}"
        yield key, _own("case", case, label, address("case_wbs", public_id), own_id, of)


def _atos(keys: list[int]) -> Places:
    for key, public_id, of, offering, agency in Ato.objects.filter(pk__in=keys).values_list("pk", *BESIDE_A_CASE):
        yield key, _own("ato", key, f"{agency} uses {offering}", address("ato", public_id), public_id, of)


def _conditions(keys: list[int]) -> Places:
    columns = ("pk", "public_id", "ato", *(f"ato__{column}" for column in BESIDE_A_CASE))
    for key, own_id, ato, *beside in Condition.objects.filter(pk__in=keys).values_list(*columns):
        public_id, of, offering, agency = beside
        yield key, _own("ato", ato, f"{agency} uses {offering}", address("ato", public_id), own_id, of)


def _offerings(keys: list[int]) -> Places:
    for key, public_id, name in Offering.objects.filter(pk__in=keys).values_list("pk", "public_id", "name"):
        yield key, _own("offering", key, name, address("offering", public_id), public_id, key)


def _accesses(keys: list[int]) -> Places:
    beside = ("person__name", "agency__name", "package__offering", "package__offering__name")
    for key, public_id, *rest in PackageAccess.objects.filter(pk__in=keys).values_list("pk", "public_id", *beside):
        person, agency, of, offering = rest
        place = _own("packageaccess", key, f"{person}, {offering}", address("access", public_id), public_id, of)
        yield key, place._replace(title=f"{offering} for {agency}")


def _contacts(keys: list[int]) -> Places:
    its = ("organization", "organization__name", "organization__kind", "organization__public_id")
    columns = ("pk", "public_id", "name", "function", *its)
    for key, own_id, name, function, *rest in Contact.objects.filter(pk__in=keys).values_list(*columns):
        organization, its_name, kind, public_id = rest
        # The PMO has no page of its own in the register.
        link = reverse("people") if kind == "pmo" else address(kind, public_id)
        label, title = f"{name}, {its_name}", f"{ContactFunction(function).label} of {its_name}"
        yield key, DeadlineLink("organization", organization, label, link, "contact", key, title, own_id, None)


FOUND: dict[str, Callable[[list[int]], Places]] = {
    "case": _cases,
    "wbstask": _tasks,
    "ato": _atos,
    "condition": _conditions,
    "offering": _offerings,
    "packageaccess": _accesses,
    "contact": _contacts,
}


def deadline_links(subjects: Iterable[Subject]) -> dict[Subject, DeadlineLink]:
    """The places of many deadlines, by the subjects of these: a query for each record type."""
    keys: dict[str, set[int]] = defaultdict(set)
    for record_type, key in subjects:
        keys[record_type].add(key)
    return {
        (record_type, key): place
        for record_type, of_it in keys.items()
        for key, place in FOUND[record_type](sorted(of_it))
    }
