"""What must hold of a record after every step of a random walk."""

from datetime import date

from django.utils import timezone

from authorizations.lifecycle import durations
from authorizations.lifecycle.machine import Machine
from authorizations.lifecycle.turns import whose_turn
from authorizations.models import Ato, Case, Event
from authorizations.vocabulary import Turn
from demo.random_walk_documents import summaries_hold


class Broken(AssertionError):
    """Something that must hold after every step does not."""


def must(holds: object, sentence: str) -> None:
    if not holds:
        raise Broken(sentence)


def check_record(subject: Case | Ato) -> None:
    """The stage is the audit log's, the summaries are the rows', and a case waits on whom its facts say.

    Raises:
        Broken: one of these does not hold.
    """
    must(subject.stage in subject.machine().stages, f"{subject}: no stage is called {subject.stage}")
    must(subject.stage == replayed(subject), f"{subject}: the audit log says another stage than {subject.stage}")
    must(summaries_hold(subject), f"{subject}: its summaries of documents and findings are not what their rows say")
    if isinstance(subject, Case):
        must(
            subject.waits_on == whose_turn(subject),
            f"{subject}: waits on {subject.waits_on}, not on {whose_turn(subject)}",
        )
        must(subject.waits_on != Turn.NOBODY or not subject.is_open, f"{subject}: open, and waits on nobody")


def check_exits(machine: Machine) -> None:
    """Every stage that is still open has a way out.

    Raises:
        Broken: one has none.
    """
    for stage in machine.live:
        must(machine.exits(stage), f"{machine.title}: no step leads out of {stage}")


def check_days(case: Case, today: date) -> None:
    """The days by party and the days by stage each add up to the case's age.

    Raises:
        Broken: they do not.
    """
    acts = Event.objects.about(case).order_by("pk").values_list("at", "changes")
    found = durations.spans(durations.moves((timezone.localdate(at), changes) for at, changes in acts), today)
    age = (today - timezone.localdate(case.opened_at)).days
    for counted in (durations.days_by_turn(found), durations.days_by_stage(found)):
        must(sum(counted.values()) == age, f"{case}: its days add up to {sum(counted.values())}, not {age}")
    must(found[-1].turn == case.waits_on, f"{case}: the audit log says {found[-1].turn}, the row {case.waits_on}")


def replayed(subject: Case | Ato) -> str:
    """The stage that the audit log says, each entry beginning where the one before ended.

    Raises:
        Broken: an entry begins elsewhere, or two have one revision.
    """
    stage, revision = None, 0
    for changes in Event.objects.about(subject).acts().order_by("pk").values_list("changes", flat=True):
        before, after = changes.get("stage") or [stage, stage]
        must(before == stage, f"{subject}: an entry begins at {before}, but the one before ended at {stage}")
        stage = after
        # Opening counts nothing, and what is done beside a record, such as a nudge, does not change it.
        if counted := changes.get("revision"):
            must(counted[1] == revision + 1, f"{subject}: revision {counted[1]} after {revision}")
            revision = counted[1]
    must(revision == subject.revision, f"{subject}: the audit log counts {revision}, the row {subject.revision}")
    return str(stage)
