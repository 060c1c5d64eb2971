"""The list of messages: everyone's own; the PMO sees all of them, to find those that failed."""

from django.db.models import Q

from authorizations.display import counted, label
from authorizations.models import Message
from authorizations.tables.columns import Column, ColumnKind, Link, TagCell, field_column, id_column
from authorizations.vocabulary import MessageStatus
from authorizations.web.lists.filter_counts import Facet
from authorizations.web.lists.listing import Listing

TONES = {MessageStatus.SENT: "good", MessageStatus.FAILED: "bad", MessageStatus.PLANNED: "wait"}


MESSAGES = Listing(
    name="messages",
    title="Messages",
    rows=Message.objects.visible_to,
    search=lambda rows, search: rows.filter(
        Q(subject__icontains=search.words)
        | Q(recipient__name__icontains=search.words)
        | Q(address__icontains=search.words)
    ),
    search_label="Subject or person",
    columns=(
        Column(
            "subject",
            "Subject",
            "What the message is about.",
            needs=("subject", "link"),
            value=lambda row: Link(row["subject"], row["link"]),
            sort=("subject",),
        ),
        Column(
            "to",
            "To",
            "Whom it was written to.",
            needs=("recipient__name", "address"),
            value=lambda row: row["recipient__name"] or row["address"],
            sort=("recipient__name", "address"),
        ),
        field_column("written", "Written", "When it was written.", "created_at", kind=ColumnKind.MOMENT),
        Column(
            "status",
            "By mail",
            "What became of it by mail.",
            needs=("status",),
            value=lambda row: TagCell(label(MessageStatus, row["status"]), TONES.get(row["status"], "past")),
            sort=("status", "created_at"),
        ),
    ),
    more_in_files=(id_column("message"),),
    facets=(Facet("status", "By mail", "status", dict(MessageStatus.choices)),),
    order="-written",
    sentence=lambda rows, total: counted(total, "message"),
    empty="No messages yet. When something happens that concerns you, it is written here.",
)
