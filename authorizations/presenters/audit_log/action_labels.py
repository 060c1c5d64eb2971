"""Every act of the record in words: those of machines come from the machines, the others are here, each once."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from authorizations.actions.door import subject_type
from authorizations.models import Case
from authorizations.notifications.catalog.documents import DOCUMENT_ACTS
from authorizations.presenters.machine_models import DELIVERIES, MOVING
from authorizations.vocabulary import recorded_for

# What people call a model of the record, where its own name would not do.
RECORD_TYPES = {
    "accesstoken": "token",
    "agencysystem": "system",
    "documentversion": "version",
    "calendarfeed": "calendar link",
    "cosigner": "co-signing agency",
    "ato": "ATO",
    "designationevent": "designation step",
    "feedid": "feed id",
    "feedlimit": "limit for found feeds",
    "filecheck": "check of files",
    "foundfeed": "found feed",
    "importrun": "import",
    "joinrequest": "request to join",
    "packageaccess": "package access",
    "packageoverview": "package overview",
    "pmo": "PMO",
    "correction": "correction of a published field",
    "reviewitem": "record to decide",
    "user": "person",
    "localvalue": "local policy",
    "participationdecision": "who takes part here",
    "ruleedition": "texts of the rules",
    "rulesrelease": "release of the rules",
    "reportschedule": "schedule of a report",
    "differencedecision": "decision on a difference",
    "savedview": "saved view",
    "verification": "verification of the audit log",
    "webhookdelivery": "delivery of a webhook",
}
# Security events that are no act on the record they name.
SECURITY = {
    "session.started": "signed in",
    "session.ended": "signed out",
    "session.refused": "sign-in failed",
    "factor.added": "second factor added",
    "factor.removed": "second factor removed",
    "factor.renewed": "recovery codes renewed",
    "user.password_forgotten": "a new password was asked for",
    "access.refused": "was refused",
    "invitation.refused": "tried an invitation that does not open",
    "documentversion.downloaded": "downloaded a document",
    "list.exported": "exported a list",
    "record.exported": "exported the audit log",
    "report.taken": "took a report",
    "mail.ended": "recorded what became of messages",
}
# Acts on models that no machine moves; the model stands before the words.
OTHERS: dict[str, dict[str, str]] = {
    "accesstoken": {"made": "made", "revoked": "revoked"},
    "agencysystem": {},
    # Drafts and quarantine; what is shared is told with its case or ATO.
    "documentversion": {act: words.lower() for act, words in DOCUMENT_ACTS.items()},
    "alias": {"removed": "removed", "moved": "moved to another organization"},
    "calendarfeed": {"made": "made", "revoked": "revoked"},
    "officeclosure": {},
    "comment": {"made": "written", "changed": "changed", "withdrawn": "withdrawn"},
    "differencedecision": {"made": "made", "changed": "changed", "taken_back": "taken back"},
    "agencylist": {"brought": "brought in", "decided": "row decided", "undone": "undone"},
    "condition": {},
    "cosigner": {"named": "named", "removed": "no longer named", "signed": "signed"},
    "contact": {"confirmed": "confirmed as still correct", "date_moved": "a deadline moved"},
    "delegation": {"set": "set", "ended": "ended"},
    "designationevent": {},
    "feedid": {"moved": "moved to another organization"},
    # Drafts; what was sent is told with its case.
    "filecheck": {"finished": "finished", "failed": "could not be finished"},
    "finding": {"drafted": "drafted", "changed": "draft changed", "dropped": "draft dropped"},
    "import": {"applied": "applied"},
    "invitation": {
        "sent": "sent",
        "sent_again": "sent again",
        "accepted": "accepted",
        "declined": "declined",
        "revoked": "revoked",
    },
    "joinrequest": {"made": "made", "invited": "answered with an invitation", "declined": "declined"},
    "leverage": {},
    "localvalue": {"set": "decided or taken back"},
    "participationdecision": {"set": "decided"},
    "membership": {"role_changed": "role changed", "ended": "ended", "left": "left"},
    "message": {"sent_again": "to be mailed again"},
    "bounce": {},
    "savedview": {"kept": "kept", "changed": "changed", "removed": "removed"},
    "mute": {"set": "set", "ended": "taken back"},
    "notice": {},
    "offering": {
        "designated": "designated",
        "moved": "moved to another organization",
        **{act: words.lower() for act, words in DELIVERIES.items()},
    },
    "organization": {
        "moved": "moved below another",
        "emptied": "joined to an older record",
        "joined": "joined by a newer record",
        "join_domain_named": "people with an address at its domain may ask to join",
        "join_domain_taken_back": "nobody may ask to join now",
    },
    "package": {},
    "packageoverview": {},
    "packageaccess": {
        "granted": "granted",
        "extended": "extended",
        "ended": "ended",
        "denied": "denied",
        "made_permanent": "made permanent",
        "date_moved": "a deadline moved",
        "fedramp_told": "FedRAMP told of the denial",
    },
    "pmo": {"founded": "founded"},
    # Asked for by people, made by a worker.
    "report": {
        "asked": "asked for",
        "asked_again": "asked for again",
        "cancelled": "cancelled",
        "made": "made",
        "failed": "not made",
        "removed": "removed",
        "expired": "kept no longer",
    },
    "reportschedule": {
        "set": "set",
        "paused": "paused",
        "resumed": "resumed",
        "removed": "removed",
        "sent": "carried out",
        "stopped": "stopped",
    },
    "correction": {
        "proposed": "proposed",
        "accepted": "accepted",
        "declined": "declined",
        "published": "closed by a feed that agrees",
    },
    "feedlimit": {"set": "set"},
    "foundfeed": {
        "waits": "waits for a person",
        "applied": "applied",
        "same": "had nothing to change",
        "refused": "could not be taken",
        "left": "left aside",
    },
    "reviewitem": {"opened": "opened", "resolved": "decided"},
    "ruleedition": {"imported": "imported"},
    "rulesrelease": {"imported": "imported"},
    "user": {
        "claimed": "account taken up by its person",
        "merged": "merged",
        "merge_agreed": "merge with another account agreed to",
        "password_changed": "password changed",
        "sessions_ended": "sessions ended",
        "notifications_set": "notifications chosen",
        "first_steps_put_away": "first steps put away",
    },
    "webhook": {
        "set": "set",
        "changed": "changed",
        "secret_renewed": "given a new secret",
        "removed": "removed",
    },
    "webhookdelivery": {"sent_again": "to be sent again", "sent": "taken by the receiver", "failed": "given up"},
    "verification": {"requested": "requested", "finished": "finished", "failed": "could not be finished"},
}
# What may happen to every model that people keep and feeds bring.
OF_ALL = {"added": "added", "corrected": "corrected", "imported": "read from a feed"}


def in_words(verb: str) -> str:
    """An act in words that begin small where they begin with a record type; of one that is nowhere, its own name."""
    return SECURITY.get(verb) or known().get(verb) or _plain(verb)


def happened(verb: str, changes: Mapping[str, Any]) -> str:
    """What an entry says was done, as it is now alone, and how often where such events are counted."""
    number = (changes.get("count") or [None, 1])[1] if verb in SECURITY else 1
    whom = recorded_for(changes)
    more = f" {number:,} times in one minute" if number > 1 else f", recorded for {whom}" if whom else ""
    return begun(in_words(verb)) + more


def begun(words: str) -> str:
    return words[:1].upper() + words[1:]


@cache
def known() -> dict[str, str]:
    found = {
        f"{record_type}.{act}": f"{RECORD_TYPES.get(record_type, record_type)} {words}"
        for record_type, acts in OTHERS.items()
        for act, words in {**OF_ALL, **acts}.items()
    }
    for each in MOVING:
        record_type = subject_type(each.record_type)
        machines = [
            kind.machine() for kind in (Case.machines.values() if each.record_type is Case else [each.record_type])
        ]
        done = {step.name: step.done for machine in machines for step in machine.steps}
        found |= {
            f"{record_type}.{act}": f"{RECORD_TYPES.get(record_type, record_type)}: {words}"
            for act, words in {**each.acts, **done}.items()
        }
    return found


def _plain(verb: str) -> str:
    record_type, _, act = verb.partition(".")
    return f"{RECORD_TYPES.get(record_type, record_type)} {act.replace('_', ' ')}"
