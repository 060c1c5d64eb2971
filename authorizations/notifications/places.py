"""On whose page a deadline stands: the record in words, its address, and by which noun it is known who may see it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from django.urls import reverse

from authorizations.display import address
from authorizations.models import Ato, Case, Condition, Contact, Offering, PackageAccess, WbsTask


class Place(NamedTuple):
    """A record on whose page a deadline stands.

    ``seen_type`` and ``seen_id`` are those of the record whose readers may know of the deadline: of a contact, whose
    page is its organization's, the contact itself.
    """

    subject_type: str
    subject_id: int
    label: str
    link: str
    seen_type: str
    seen_id: int


Places = Iterator[tuple[int, Place]]
Subject = tuple[str, int]
BESIDE_A_CASE = ("public_id", "offering__name", "agency__name")


def _own(noun: str, key: int, label: str, link: str) -> Place:
    return Place(noun, key, label, link, noun, key)


def _cases(keys: list[int]) -> Places:
    for key, public_id, offering, agency in Case.objects.filter(pk__in=keys).values_list("pk", *BESIDE_A_CASE):
        yield key, _own("case", key, f"{offering} for {agency}", address("case", public_id))


def _tasks(keys: list[int]) -> Places:
    columns = ("pk", "number", "wbs__case", *(f"wbs__case__{column}" for column in BESIDE_A_CASE))
    for key, number, case, public_id, offering, agency in WbsTask.objects.filter(pk__in=keys).values_list(*columns):
        label = f"{offering} for {agency}, task {number}"
        yield key, _own("case", case, label, address("case_wbs", public_id))


def _atos(keys: list[int]) -> Places:
    for key, public_id, offering, agency in Ato.objects.filter(pk__in=keys).values_list("pk", *BESIDE_A_CASE):
        yield key, _own("ato", key, f"{agency} uses {offering}", address("ato", public_id))


def _conditions(keys: list[int]) -> Places:
    columns = ("pk", "ato", *(f"ato__{column}" for column in BESIDE_A_CASE))
    for key, ato, public_id, offering, agency in Condition.objects.filter(pk__in=keys).values_list(*columns):
        yield key, _own("ato", ato, f"{agency} uses {offering}", address("ato", public_id))


def _offerings(keys: list[int]) -> Places:
    for key, public_id, name in Offering.objects.filter(pk__in=keys).values_list("pk", "public_id", "name"):
        yield key, _own("offering", key, name, address("offering", public_id))


def _accesses(keys: list[int]) -> Places:
    columns = ("pk", "public_id", "person__name", "package__offering__name")
    for key, public_id, person, offering in PackageAccess.objects.filter(pk__in=keys).values_list(*columns):
        yield key, _own("packageaccess", key, f"{person}, {offering}", address("access", public_id))


def _contacts(keys: list[int]) -> Places:
    columns = ("pk", "name", "organization", "organization__name", "organization__kind", "organization__public_id")
    for key, name, organization, its_name, kind, public_id in Contact.objects.filter(pk__in=keys).values_list(*columns):
        # The PMO has no page of its own in the register.
        link = reverse("people") if kind == "pmo" else address(kind, public_id)
        yield key, Place("organization", organization, f"{name}, {its_name}", link, "contact", key)


FOUND: dict[str, Callable[[list[int]], Places]] = {
    "case": _cases,
    "wbstask": _tasks,
    "ato": _atos,
    "condition": _conditions,
    "offering": _offerings,
    "packageaccess": _accesses,
    "contact": _contacts,
}


def places(subjects: Iterable[Subject]) -> dict[Subject, Place]:
    """The places of many deadlines, by the subjects of these: a query for each noun."""
    keys: dict[str, set[int]] = defaultdict(set)
    for noun, key in subjects:
        keys[noun].add(key)
    return {(noun, key): place for noun, of_it in keys.items() for key, place in FOUND[noun](sorted(of_it))}
