"""The facts that steps ask for, by name, where more than one step asks for the same or a step asks for many."""

from dataclasses import replace

from authorizations.lifecycle.step import OF_THE_DECISION, Fact, Kind, Tells
from authorizations.vocabulary import AtoType, Channel, EndGround, ListingRole, Told

DECISION_SIGNED = OF_THE_DECISION[0]


def _choices(
    words: type[Channel] | type[EndGround] | type[Told] | type[ListingRole] | type[AtoType],
) -> tuple[tuple[str, str], ...]:
    return tuple((str(value), str(label)) for value, label in words.choices)


def telling(whom: Told) -> tuple[Fact, ...]:
    """When somebody was told, by which channel, and where the proof is."""
    who = whom.label if whom is Told.FEDRAMP else f"the {whom.label.lower()}"
    start = who[:1].upper() + who[1:]
    return (
        Fact(f"{whom}_told_on", f"{start} told on", Kind.DATE),
        Fact(f"{whom}_channel", f"Channel of the notice to {who}", Kind.CHOICE, choices=_choices(Channel)),
        Fact(
            f"{whom}_reference",
            f"Reference of the notice to {who}",
            Kind.TEXT,
            help="Where the proof can be found: a number, a file, the subject of a mail.",
        ),
    )


def notice_to(whom: Told) -> Tells:
    """The notice that a step leaves, from the facts of `telling`."""
    return Tells(whom, f"{whom}_told_on", f"{whom}_channel", f"{whom}_reference")


TO_PROVIDER, TO_FEDRAMP = telling(Told.PROVIDER), telling(Told.FEDRAMP)

OF_A_NOTICE = (
    Fact(
        "notice",
        "Notice already recorded",
        Kind.RECORD,
        force=None,
        help="Choose it to record its receipt; leave it blank to record a new notice.",
    ),
    Fact("told", "Who was told", Kind.CHOICE, force=None, choices=_choices(Told)),
    Fact("told_on", "Told on", Kind.DATE, force=None),
    Fact("channel", "Channel", Kind.CHOICE, force=None, choices=_choices(Channel)),
    Fact("reference", "Reference", Kind.TEXT, force=None, help="Where the proof can be found."),
    Fact("received_on", "Received on", Kind.DATE, force=None, help="The day of the receipt, if there is one yet."),
)
NEW_EXPIRY = Fact(
    "expires_on",
    "New expiry",
    Kind.DATE,
    force=None,
    help="Leave it blank if the letter names none: the ATO then has no expiry.",
    may_be_later=True,
)
EXIT_CRITERIA = Fact(
    "exit_criteria", "Exit criteria", Kind.LONG_TEXT, help="What must be true for the ATO to be reinstated."
)
RESOLVED = Fact("resolved_on", "Resolved on", Kind.DATE, help="The day on which the exit criteria were met.")
# Who signs may say in the same act where the letter is; whoever records the decision must.
LETTER_WHERE = replace(
    OF_THE_DECISION[1],
    force=None,
    help="Where the letter can be found. Leave it blank if it stands under Documents already.",
)
NOTICE_WHERE = Fact(
    "notice_reference",
    "Reference of the notice",
    Kind.TEXT,
    force=None,
    help="Where the notice of the end can be found. Leave it blank if it stands under Documents already.",
)
LETTER = Fact("letter", "Reference of the signed letter", Kind.TEXT, help="Where the letter can be found.")
RESCINDED = Fact("rescinded_on", "Rescission date", Kind.DATE)
SERVICE_ENDED = Fact("service_ended_on", "Service end date", Kind.DATE)
GROUND = Fact("ground", "Ground", Kind.CHOICE, choices=_choices(EndGround))
IN_ERROR = Fact("in_error", "The ending was recorded in error", Kind.BOOLEAN)
SYSTEM = Fact("system", "System", Kind.RECORD, help="The agency's information system that uses the offering.")
OFFICIAL = Fact(
    "authorizing_official", "Authorizing official", Kind.RECORD, help="Who signed. The person may then act on this ATO."
)
SIGNED = Fact("signed_on", "Signed on", Kind.DATE)
OF_A_NEW_ATO = (
    Fact("agency", "Agency", Kind.RECORD),
    Fact("offering", "Offering", Kind.RECORD),
    SYSTEM,
    Fact("listing_role", "Role", Kind.CHOICE, choices=_choices(ListingRole)),
    Fact(
        "ato_type",
        "Type",
        Kind.CHOICE,
        choices=tuple((value, label) for value, label in _choices(AtoType) if value != AtoType.P_ATO),
    ),
    SIGNED,
    Fact(
        "expires_on",
        "Expires on",
        Kind.DATE,
        force=None,
        help="Leave it blank if the letter names none.",
        may_be_later=True,
    ),
    OFFICIAL,
    LETTER,
)
