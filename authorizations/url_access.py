"""Who may ask for which address: each is declared with its rule, which middleware, menu, checks and tests read.

An address without a rule is not there: the portal does not start with one (`checks.py`), and if it did, the middleware
would answer 404.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from django.http import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver, path

from authorizations.policy import Capability, may


class AccessLevel(StrEnum):
    """Who must have come before an address is asked for anything."""

    ANYONE = "anyone"
    PERSON = "a person who is signed in"
    # The API answers 401 by itself where a page would lead to the sign-in page.
    PROGRAM = "a program with a token, or a page within a session"


class ObjectScope(StrEnum):
    """What an address is below: for whom that is not there, the address answers 404, read or written."""

    NOTHING = ""
    CASE = "case"
    CO_SIGNER = "cosigner"
    FINDING = "finding of a case"
    ATO = "ato"
    REGISTER = "register fields of an ATO"
    ACCESS = "packageaccess"
    DOCUMENT = "version of a document"
    OFFERING = "offering"
    AGENCY = "agency"
    ORGANIZATION = "organization"
    PEOPLE = "people of an organization"
    INVITATION = "invitation"
    JOIN_REQUEST = "request to join"
    DELEGATION = "delegation"
    CONTACT = "contact"
    PROVIDER = "provider"
    ASSESSOR = "assessor"
    IMPORT_RUN = "importrun"
    FOUND_FEED = "foundfeed"
    AGENCY_LIST = "agencylist"
    # One of a person's own acts; to the PMO all that it reads.
    MESSAGE = "message that may be sent again"
    READ_MESSAGE = "message"
    REVIEW_ITEM = "reviewitem"
    CORRECTION = "correction"
    VERIFICATION = "verification"
    # What is a person's own is there for nobody else.
    TOKEN = "own token"  # noqa: S105  # no secret
    CALENDAR_FEED = "own calendar link"
    REPORT = "own report"
    # Or one of an organization that the person leads.
    REPORT_SCHEDULE = "own schedule of a report"
    PASSKEY = "own passkey"
    MUTE = "own mute"
    SAVED_VIEW = "own saved view"
    OWN_MEMBERSHIP = "own membership"
    # One record of whatever record type is in the address of the admin.
    IN_ADMIN = "record in the admin"


@dataclass(frozen=True, slots=True)
class UrlRule:
    """Who may ask for one address, in the order in which it is asked.

    Attributes:
        level: who must be there; everyone else is led to the sign-in page, or told 401.
        factor: whether the person must have shown more than a password.
        capability: what the person's role must allow, before anything is looked up; else 403.
        post_only: whether the address takes only what is sent; reading it answers 405.
        scope: what is looked up among what the person may see; else 404.
        then_capability: what the role must allow once that was found, so that strangers are told 404 first.
        tokens: whether a program with a token may read it too, as the token's person.
        wanted_again: whether the same form is sent again on purpose, so that nobody is asked (`web/repeated_acts.py`).
    """

    level: AccessLevel = AccessLevel.PERSON
    factor: bool = True
    capability: Capability | None = None
    post_only: bool = False
    scope: ObjectScope = ObjectScope.NOTHING
    then_capability: Capability | None = None
    wanted_again: bool = False
    tokens: bool = False


ANYONE, SIGNED_IN = UrlRule(AccessLevel.ANYONE), UrlRule()
# Files, which programs fetch too.
FILES = UrlRule(tokens=True)
# The pages on which a person who has shown a password alone adds a second factor, and what belongs to them.
WITHOUT_FACTOR = UrlRule(factor=False)
SENT_BY_ANYONE, SENT = UrlRule(AccessLevel.ANYONE, post_only=True), UrlRule(post_only=True)


def requires(capability: Capability, scope: ObjectScope = ObjectScope.NOTHING, *, posts: bool = False) -> UrlRule:
    """Open to the roles of a capability."""
    return UrlRule(capability=capability, scope=scope, post_only=posts)


def scoped_to(scope: ObjectScope, then: Capability | None = None) -> UrlRule:
    """Open to anyone who may see the record, and then, where that is asked, has the capability."""
    return UrlRule(scope=scope, then_capability=then)


def sent_to(scope: ObjectScope, then: Capability | None = None) -> UrlRule:
    """As `scoped_to`, for what is only sent."""
    return UrlRule(scope=scope, then_capability=then, post_only=True)


OF_ACCESS, OF_CASE, OF_DOCUMENT = map(scoped_to, (ObjectScope.ACCESS, ObjectScope.CASE, ObjectScope.DOCUMENT))
OF_FINDING, OF_OFFERING, OF_PEOPLE = map(scoped_to, (ObjectScope.FINDING, ObjectScope.OFFERING, ObjectScope.PEOPLE))
OF_REGISTER, OF_REPORT = map(scoped_to, (ObjectScope.REGISTER, ObjectScope.REPORT))
# A report of now differs from the one of an hour ago.
SENT_AGAIN = UrlRule(post_only=True, wanted_again=True)
# The pages that each record type has in the admin. What of a record type may be written, its class there asks
# (`admin/editing.py`).
ADMIN_LIST = requires(Capability.USE_ADMIN)
ADMIN_RECORD = requires(Capability.USE_ADMIN, ObjectScope.IN_ADMIN)
# What a refusal says, where that is more than that the role does not allow it.
SENTENCES = {
    Capability.USE_ADMIN: "Admin is open to the PMO and to auditors.",
    Capability.APPLY_IMPORT: "Only a lead of the PMO imports a Marketplace feed.",
    Capability.IMPORT_RULES: "Only a lead of the PMO imports rules.",
    Capability.MOVE_TO_RELEASE: "Only a lead of the PMO moves a case to another release.",
    Capability.SET_LOCAL_POLICY: "Only a lead of the PMO decides what the rules leave open.",
}


def page(
    route: str, view: Callable[..., HttpResponseBase], name: str, access: UrlRule, /, **parameters: Any
) -> URLPattern:
    """An address, its view, its name and who may ask for it; ``parameters`` are handed to the view."""
    return with_access(path(route, view, parameters, name=name), access)


def with_access(pattern: URLPattern, access: UrlRule) -> URLPattern:
    pattern.access = access  # type: ignore[attr-defined]  # Django keeps nothing of this kind
    return pattern


def addresses(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, UrlRule | None]]:
    """The name of every address, with the namespace before a colon, and its rule; without a name, its pattern."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from addresses(one, f"{space}{one.namespace}:" if one.namespace else space)
        else:
            yield f"{space}{one.name or one.pattern}", getattr(one, "access", None)


@cache
def _rules(resolver: URLResolver) -> dict[str, UrlRule]:
    return {name: rule for name, rule in addresses(resolver) if rule is not None}


def rule_of(name: str) -> UrlRule | None:
    """The rule of an address; None where it has none, and is therefore closed."""
    return _rules(get_resolver()).get(name)


def opens(roles: Iterable[str], name: str) -> bool:
    """Whether an address is open to a person with these roles, before anything is looked up."""
    rule = rule_of(name)
    return rule is not None and (rule.capability is None or may(roles, rule.capability))
