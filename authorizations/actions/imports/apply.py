"""The verb that applies an import: one transaction, rows in bulk, one entry in the record for each of them."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, astuple, fields
from datetime import datetime
from typing import Any

from django.db import OperationalError, models

from accounts.models import Alias, FeedId, Organization, Published, User
from authorizations.actions.door import (
    Action,
    Changes,
    action,
    differences,
    new_values,
    next_revision,
    subject_type,
    update,
)
from authorizations.actions.imports.found_feeds import enter_in
from authorizations.actions.imports.proposal import Counts, FeedFile, Proposal, RowIssue
from authorizations.actions.refusals import Blocked, NoLongerPossible
from authorizations.actions.register.alerts import alert_of_offerings, ground_of_loss
from authorizations.actions.register.corrections import close_agreeing
from authorizations.display import day_text
from authorizations.lifecycle.context import ActingContext
from authorizations.models import (
    Ato,
    DesignationEvent,
    ImportIssue,
    ImportRun,
    Leverage,
    Offering,
    PackageOverview,
    ReviewItem,
)
from authorizations.models.feed_watch import FeedOutcome, FoundFeed
from authorizations.policy import Capability
from authorizations.vocabulary import AtoStage, RunStatus

Progress = Callable[[int, int], None]
BATCH = 500
# What an entry of the audit log leaves out: keys, what the database computes, and texts of any length.
NOT_RECORDED = frozenset(
    {"id", "public_id", "sort_name", "import_run", "recorded_at", "description", "services", "sources", "as_published"}
    | {"trust_center_about", "access_instructions", "fetched_at"}
)


class TooManyRemovals(Blocked):
    """More would stop being published than a feed may drop without a reason; ``tables`` has the numbers."""

    def __init__(self, tables: dict[str, Counts], whole: Proposal) -> None:
        lost = ", ".join(f"{name} {counts.not_published:,} of {counts.published:,}" for name, counts in tables.items())
        super().__init__(
            f"Nothing was changed: more than 5 % of a table would no longer be published ({lost}). "
            "Accept the removals with a reason to go on."
        )
        self.tables = tables
        self.whole = whole


class OlderFeed(Blocked):
    """A newer feed was applied already."""


class NothingToChange(NoLongerPossible):
    """The same file was applied already, and applying it again would change nothing; nothing was written."""


def refuse_older(file: FeedFile) -> None:
    """An older file of the same tables, of the same generation; another generation's fills in what is not known better.

    Raises OlderFeed. See ADR 29.
    """
    applied = ImportRun.objects.filter(status=RunStatus.APPLIED, feed_version=file.version)
    newer = applied.filter(feed_as_of__gt=file.as_of).order_by("-feed_as_of").values_list("feed_as_of", "counts")
    for as_of, counts in newer:
        if not counts or set(file.tables) & counts.keys():
            raise OlderFeed(
                f"This feed is of {day_text(file.as_of)}, but the feed of {day_text(as_of)} "
                "was applied already. Nothing was changed."
            )


def apply_import(
    *,
    actor: User | None,
    now: datetime,
    file: FeedFile,
    propose: Callable[[], Proposal],
    removals_reason: str = "",
    progress: Progress | None = None,
    found: FoundFeed | None = None,
) -> ImportRun:
    """Applies what ``propose`` plans once this import has the register to itself.

    Args:
        actor: the person; None is the portal itself, from the command line.
        propose: reads the register and plans; it is called inside the transaction, after imports under way have ended.
        removals_reason: why more than 5 % of a table may stop being published; needed only then.
        progress: called with (written, in all) after each batch.
        found: what a timer found, not yet entered: in the same act, so that no other timer sees one without the other.
    """
    try:
        with action(actor, Capability.APPLY_IMPORT, now=now) as act:
            # The run comes first: its index makes a second import wait here until this one has ended (PostgreSQL).
            run = _start(file, act, removals_reason)
            refuse_older(file)
            proposal = propose()
            _refuse_nothing(file, proposal)
            _refuse_removals(proposal, removals_reason)
            _Writing(act, run, proposal, progress).write()
            _finish(act, run, proposal, removals_reason)
            if found:
                enter_in(act, found)
    except OperationalError as error:
        if not _is_lock(error):
            raise
        raise NoLongerPossible(
            "Another import or a long change is under way. Nothing was changed; try again later."
        ) from error
    return run


def _start(file: FeedFile, act: Action, reason: str) -> ImportRun:
    return ImportRun.objects.create(
        feed_version=file.version,
        file_name=file.name[:200],
        sha256=file.sha256,
        size=file.size,
        feed_as_of=file.as_of,
        started_at=act.recorded_at,
        actor=act.actor,
        removals_reason=reason.strip(),
    )


def _refuse_nothing(file: FeedFile, proposal: Proposal) -> None:
    applied = ImportRun.objects.filter(status=RunStatus.APPLIED, sha256=file.sha256)
    if proposal.is_empty and applied.exists():
        raise NothingToChange("This file was applied already, and there is nothing to change.")


def _refuse_removals(proposal: Proposal, reason: str) -> None:
    tables = dict(proposal.removals())
    if tables and not reason.strip():
        raise TooManyRemovals(tables, proposal)


def _finish(act: Action, run: ImportRun, proposal: Proposal, reason: str) -> None:
    counts = {table: counts.as_json() for table, counts in proposal.counts.items()}
    # The catalog tells organizations what of theirs is another fact now, before the log has it.
    run.entries = act.events.copy()
    update(run, status=RunStatus.APPLIED, finished_at=act.recorded_at, counts=counts)
    act.record("import.applied", run, changes={"sha256": [None, run.sha256]}, reason=reason.strip())
    waited = FoundFeed.objects.select_for_update().filter(feed_sha256=run.sha256, outcome=FeedOutcome.WAITS)
    for found in waited if act.actor else ():
        decided = update(found, outcome=FeedOutcome.APPLIED, decided_by=act.actor, decided_at=act.recorded_at)
        act.record("foundfeed.applied", found, changes=decided)


def _is_lock(error: OperationalError) -> bool:
    """SQLite says so in words; PostgreSQL by a code (lock not available, deadlock, statement cancelled)."""
    code = getattr(error.__cause__, "pgcode", None)
    return "locked" in str(error) or code in {"55P03", "40P01", "57014"}


class _Writing:
    """The order in which one proposal is written: what others point to comes first."""

    def __init__(self, act: Action, run: ImportRun, proposal: Proposal, progress: Progress | None) -> None:
        self.act, self.run, self.proposal, self.progress = act, run, proposal, progress
        self.reason = f"Marketplace feed of {run.feed_as_of.isoformat()}"
        self.total = len(proposal.create) + len(proposal.change) + len(proposal.issues) + len(proposal.review)
        self.written = 0
        self.stages_before: list[str] = []
        self.lost: dict[int, str] = {}

    def write(self) -> None:
        """Everything; a unique index never sees two where one is meant, not even for a moment."""
        self._change(FeedId)
        self._create_organizations()
        self._create(FeedId)
        self._create(Alias)
        self._change(Organization)
        self._create(Offering)
        self._change(Offering)
        self._end_former_initial()
        for record_type in (Ato, DesignationEvent):
            self._change(record_type, import_run=self.run)
            self._create(record_type, import_run=self.run)
        self._name_successors()
        self._change(Leverage)
        self._create(Leverage)
        self._change(PackageOverview, import_run=self.run)
        self._create(PackageOverview, import_run=self.run)
        self._name_sources()
        self._keep_said()
        self._keep_fetched()
        self._create_issues()
        self._create_review()
        close_agreeing(self.act, self.run)
        # The last: by then each ATO is as the feed leaves it.
        alert_of_offerings(self.act, self.lost)

    def _create_organizations(self) -> None:
        """Level by level: a bureau needs the key of its parent."""
        waiting: list[Organization] = self.proposal.new(Organization)
        while waiting:
            ready = [each for each in waiting if each.parent is None or each.parent.pk is not None]
            self._insert(Organization, ready)
            waiting = [each for each in waiting if each.pk is None]

    def _create(self, record_type: type[models.Model], **facts: Any) -> None:
        records = self.proposal.new(record_type)
        for record in records:
            for name, value in facts.items():
                setattr(record, name, value)
        self._insert(record_type, records)

    def _insert(self, record_type: type[models.Model], records: Sequence[Any]) -> None:
        for some in _batches(records):
            record_type._base_manager.bulk_create(some)
            self._advance(len(some))
        for record in records:
            self.act.record(_verb(record_type), record, changes=_stated(record), reason=self.reason)

    def _change(self, record_type: type[models.Model], **facts: Any) -> None:
        """Writes the changes field by field, so that no other field of a row is written over."""
        by_field: dict[str, list[models.Model]] = defaultdict(list)
        for change in self.proposal.changed(record_type):
            revision = next_revision(change.record)
            changes = differences(change.record, {**change.facts, **revision})
            self.act.record(_verb(record_type), change.record, changes=changes, reason=self.reason)
            if isinstance(change.record, Offering) and (ground := ground_of_loss(changes, change.record.designation)):
                self.lost[change.record.pk] = ground
            for name, value in {**change.facts, **facts, **revision}.items():
                setattr(change.record, name, value)
                by_field[name].append(change.record)
            self._advance(1)
        for name, records in by_field.items():
            record_type._base_manager.bulk_update(records, [name], batch_size=BATCH)

    def _end_former_initial(self) -> None:
        """Before any successor is written: an offering has one live initial ATO, and the database holds us to it."""
        formers = [former for former, _ in self.proposal.succession]
        # Row A10; the model's queryset refuses stages, so what the machine has moved is written below it.
        self.stages_before = [former.stage for former in formers]
        taken = self.act.current(ActingContext(self.act.actor, self.act.day))
        for former in formers:
            former.supersede(taken)
        Ato._base_manager.bulk_update(formers, ["stage"], batch_size=BATCH)

    def _name_successors(self) -> None:
        for before, (former, successor) in zip(self.stages_before, self.proposal.succession, strict=True):
            former.superseded_by, former.import_run = successor, self.run
            former.revision += 1
            changes: Changes = {
                "stage": [before, AtoStage.SUPERSEDED.value],
                "superseded_by": [None, successor.pk],
                "revision": [former.revision - 1, former.revision],
            }
            self.act.record("ato.superseded", former, changes=changes, reason=self.reason)
        formers = [former for former, _ in self.proposal.succession]
        Ato._base_manager.bulk_update(formers, ["superseded_by", "import_run", "revision"], batch_size=BATCH)

    def _name_sources(self) -> None:
        """Which feed each field comes from: kept beside the values, and no change of its own."""
        by_type: dict[type[models.Model], list[Published]] = defaultdict(list)
        for record, sources in self.proposal.sources:
            record.sources = sources
            by_type[type(record)].append(record)
        for record_type, records in by_type.items():
            record_type._base_manager.bulk_update(records, ["sources"], batch_size=BATCH)

    def _keep_said(self) -> None:
        """What the feed says of ATOs that others keep: no value of theirs changes, and so there is no entry."""
        for ato, said in self.proposal.said:
            ato.as_published = said
        atos = [ato for ato, _ in self.proposal.said]
        Ato._base_manager.bulk_update(atos, ["as_published"], batch_size=BATCH)

    def _keep_fetched(self) -> None:
        """When FedRAMP last read overviews that say what they said: their age is another, and no fact of theirs."""
        for overview, moment in self.proposal.fetched:
            overview.fetched_at, overview.import_run = moment, self.run
        overviews = [overview for overview, _ in self.proposal.fetched]
        PackageOverview._base_manager.bulk_update(overviews, ["fetched_at", "import_run"], batch_size=BATCH)

    def _create_issues(self) -> None:
        """What no earlier feed of the generation had: the troubles that a feed repeats are on record once."""
        columns = [field.name for field in fields(RowIssue)]
        known = set(ImportIssue.objects.filter(run__feed_version=self.run.feed_version).values_list(*columns))
        fresh = [issue for issue in self.proposal.issues if astuple(issue) not in known]
        rows = [ImportIssue(run=self.run, **asdict(issue)) for issue in fresh]
        for some in _batches(rows):
            ImportIssue.objects.bulk_create(some)
            self._advance(len(some))

    def _create_review(self) -> None:
        for item in self.proposal.review:
            item.run = self.run
        ReviewItem.objects.bulk_create(self.proposal.review, batch_size=BATCH)
        self._advance(len(self.proposal.review))
        for item in self.proposal.review:
            self.act.record("reviewitem.opened", item, reason=self.reason)

    def _advance(self, number: int) -> None:
        self.written += number
        if self.progress is not None:
            self.progress(self.written, self.total)


def _batches(records: Sequence[Any]) -> list[Sequence[Any]]:
    return [records[start : start + BATCH] for start in range(0, len(records), BATCH)]


def _verb(record_type: type[models.Model]) -> str:
    return f"{subject_type(record_type)}.imported"


def _stated(record: models.Model) -> Changes:
    fields = [field for field in record._meta.concrete_fields if field.name not in NOT_RECORDED]
    values = {field.name: getattr(record, field.attname) for field in fields}
    return new_values(**{name: value for name, value in values.items() if value not in (None, "", [])})
