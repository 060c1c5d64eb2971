"""The facts that steps ask for, by name, where more than one step asks for the same or a step asks for many."""

from dataclasses import replace

from authorizations.lifecycle.step import OF_THE_DECISION, Fact, FactKind, NoticeSpec
from authorizations.vocabulary import AtoType, Channel, EndGround, ListingRole, NoticeRecipient

DECISION_SIGNED = OF_THE_DECISION[0]


def _choices(
    words: type[Channel] | type[EndGround] | type[NoticeRecipient] | type[ListingRole] | type[AtoType],
) -> tuple[tuple[str, str], ...]:
    return tuple((str(value), str(label)) for value, label in words.choices)


def notification_facts(whom: NoticeRecipient) -> tuple[Fact, ...]:
    who = whom.label if whom is NoticeRecipient.FEDRAMP else f"the {whom.label.lower()}"
    start = who[:1].upper() + who[1:]
    return (
        Fact(f"{whom}_notified_on", f"{start} told on", FactKind.DATE),
        Fact(f"{whom}_channel", f"Channel of the notice to {who}", FactKind.CHOICE, choices=_choices(Channel)),
        Fact(
            f"{whom}_reference",
            f"Reference of the notice to {who}",
            FactKind.TEXT,
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
    Fact("recipient", "Who was told", FactKind.CHOICE, force=None, choices=_choices(NoticeRecipient)),
    Fact("notified_on", "Told on", FactKind.DATE, force=None),
    Fact("channel", "Channel", FactKind.CHOICE, force=None, choices=_choices(Channel)),
    Fact("reference", "Reference", FactKind.TEXT, force=None, help="Where the proof can be found."),
    Fact("received_on", "Received on", FactKind.DATE, force=None, help="The day of the receipt, if there is one yet."),
)
NEW_EXPIRY = Fact(
    "expires_on",
    "New expiry",
    FactKind.DATE,
    force=None,
    help="Leave it blank if the letter names none: the ATO then has no expiry.",
    may_be_later=True,
)
EXIT_CRITERIA = Fact(
    "exit_criteria", "Exit criteria", FactKind.LONG_TEXT, help="What must be true for the ATO to be reinstated."
)
RESOLVED = Fact("resolved_on", "Resolved on", FactKind.DATE, help="The day on which the exit criteria were met.")
# Who signs may say in the same act where the letter is; whoever records the decision must.
LETTER_WHERE = replace(
    OF_THE_DECISION[1],
    force=None,
    help="Where the letter can be found. Leave it blank if it stands under Documents already.",
)
NOTICE_WHERE = Fact(
    "notice_reference",
    "Reference of the notice",
    FactKind.TEXT,
    force=None,
    help="Where the notice of the end can be found. Leave it blank if it stands under Documents already.",
)
LETTER = Fact("letter", "Reference of the signed letter", FactKind.TEXT, help="Where the letter can be found.")
RESCINDED = Fact("rescinded_on", "Rescission date", FactKind.DATE)
SERVICE_ENDED = Fact("service_ended_on", "Service end date", FactKind.DATE)
GROUND = Fact("ground", "Ground", FactKind.CHOICE, choices=_choices(EndGround))
IN_ERROR = Fact("in_error", "The ending was recorded in error", FactKind.BOOLEAN)
SYSTEM = Fact("system", "System", FactKind.RECORD, help="The agency's information system that uses the offering.")
OFFICIAL = Fact(
    "authorizing_official",
    "Authorizing official",
    FactKind.RECORD,
    help="Who signed. The person may then act on this ATO.",
)
SIGNED = Fact("signed_on", "Signed on", FactKind.DATE)
OF_A_NEW_ATO = (
    Fact("agency", "Agency", FactKind.RECORD),
    Fact("offering", "Offering", FactKind.RECORD),
    SYSTEM,
    Fact("listing_role", "Role", FactKind.CHOICE, choices=_choices(ListingRole)),
    Fact(
        "ato_type",
        "Type",
        FactKind.CHOICE,
        choices=tuple((value, label) for value, label in _choices(AtoType) if value != AtoType.P_ATO),
    ),
    SIGNED,
    Fact(
        "expires_on",
        "Expires on",
        FactKind.DATE,
        force=None,
        help="Leave it blank if the letter names none.",
        may_be_later=True,
    ),
    OFFICIAL,
    LETTER,
)
