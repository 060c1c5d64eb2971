"""The facts that steps ask for, by name, where more than one step asks for the same or a step asks for many."""

from dataclasses import replace
from typing import Any

from authorizations.lifecycle.step import OF_THE_DECISION, Default, Fact, FactKind, NoticeSpec
from authorizations.vocabulary import AtoType, Channel, EndGround, ListingRole, NoticeRecipient

DECISION_SIGNED = OF_THE_DECISION[0]
YES_NO = (("yes", "Yes"), ("no", "No"))


def on(name: str, label: str, **data: Any) -> Fact:
    return Fact(f"{name}_on", f"{label} on", FactKind.DATE, **data)


def choice(name: str, label: str, choices: tuple[tuple[str, str], ...], **data: Any) -> Fact:
    return Fact(name, label, FactKind.CHOICE, choices=choices, **data)


def yes_no(name: str, label: str, **data: Any) -> Fact:
    return choice(name, label, YES_NO, **data)


def text(name: str, label: str, **data: Any) -> Fact:
    return Fact(name, label, FactKind.TEXT, **data)


def long_text(name: str, label: str, **data: Any) -> Fact:
    return Fact(name, label, FactKind.LONG_TEXT, **data)


def _choices(
    words: type[Channel] | type[EndGround] | type[NoticeRecipient] | type[ListingRole] | type[AtoType],
) -> tuple[tuple[str, str], ...]:
    return tuple((str(value), str(label)) for value, label in words.choices)


def notification_facts(whom: NoticeRecipient) -> tuple[Fact, ...]:
    who = whom.label if whom is NoticeRecipient.FEDRAMP else f"the {whom.label.lower()}"
    start = who[:1].upper() + who[1:]
    return (
        on(f"{whom}_notified", f"{start} told", default=Default.DAY),
        choice(f"{whom}_channel", f"Channel of the notice to {who}", _choices(Channel)),
        text(
            f"{whom}_reference",
            f"Reference of the notice to {who}",
            help="Where the proof can be found: a number, a file, the subject of a mail.",
        ),
    )


def notice_to(whom: NoticeRecipient) -> NoticeSpec:
    """The notice that a step leaves, from the facts of `notification_facts`."""
    return NoticeSpec(whom, f"{whom}_notified_on", f"{whom}_channel", f"{whom}_reference")


TO_PROVIDER, TO_FEDRAMP = notification_facts(NoticeRecipient.PROVIDER), notification_facts(NoticeRecipient.FEDRAMP)

OF_A_NOTICE = (
    Fact(
        "notice",
        "Notice already recorded",
        FactKind.RECORD,
        force=None,
        help="Choose it to record its receipt; leave it blank to record a new notice.",
    ),
    choice("recipient", "Who was told", _choices(NoticeRecipient), force=None),
    on("notified", "Told", force=None),
    choice("channel", "Channel", _choices(Channel), force=None),
    text("reference", "Reference", force=None, help="Where the proof can be found."),
    on("received", "Received", force=None, help="The day of the receipt, if there is one yet."),
)
NEW_EXPIRY = Fact(
    "expires_on",
    "New expiry",
    FactKind.DATE,
    force=None,
    help="Leave it blank if the letter names none: the ATO then has no expiry.",
    may_be_later=True,
)
EXIT_CRITERIA = long_text("exit_criteria", "Exit criteria", help="What must be true for the ATO to be reinstated.")
RESOLVED = on("resolved", "Resolved", help="The day on which the exit criteria were met.")
# Who signs may say in the same act where the letter is; anyone who records the decision must.
LETTER_WHERE = replace(
    OF_THE_DECISION[1],
    force=None,
    help="Where the letter can be found. Leave it blank if it stands under Documents already.",
)
NOTICE_WHERE = text(
    "notice_reference",
    "Reference of the notice",
    force=None,
    help="Where the notice of the end can be found. Leave it blank if it stands under Documents already.",
)
LETTER = text("letter", "Reference of the signed letter", help="Where the letter can be found.")
RESCINDED = Fact("rescinded_on", "Rescission date", FactKind.DATE)
SERVICE_ENDED = Fact("service_ended_on", "Service end date", FactKind.DATE)
GROUND = choice("ground", "Ground", _choices(EndGround))
IN_ERROR = Fact("in_error", "The ending was recorded in error", FactKind.BOOLEAN)
SYSTEM = Fact("system", "System", FactKind.RECORD, help="The agency's information system that uses the offering.")
OFFICIAL = Fact(
    "authorizing_official",
    "Authorizing official",
    FactKind.RECORD,
    help="Who signed. The person may then act on this ATO.",
)
SIGNED = on("signed", "Signed")
OF_A_NEW_ATO = (
    Fact("agency", "Agency", FactKind.RECORD),
    Fact("offering", "Offering", FactKind.RECORD),
    SYSTEM,
    choice("listing_role", "Role", _choices(ListingRole)),
    choice("ato_type", "Type", tuple((value, label) for value, label in _choices(AtoType) if value != AtoType.P_ATO)),
    SIGNED,
    on("expires", "Expires", force=None, help="Leave it blank if the letter names none.", may_be_later=True),
    OFFICIAL,
    LETTER,
)
