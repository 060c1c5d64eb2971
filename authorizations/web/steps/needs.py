"""What a step waits for that this person can bring on the step's own page: documents, and facts of the case.

Each goes through its own action before the step is taken. What was filed stays filed when the step is refused, as if it
had been added on the page of the documents.
"""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django.http import HttpRequest, QueryDict

from accounts.models import User
from authorizations.actions.cases.cases import record_facts, recordable
from authorizations.actions.documents.documents import add_version, state_version
from authorizations.actions.documents.requirements import StoredFile
from authorizations.actions.refusals import NotReady
from authorizations.actions.steps import Offer
from authorizations.lifecycle.gates.documents import OF_THE_ACT, WHERE, asked, outdated
from authorizations.lifecycle.problems import Problem
from authorizations.models import Ato, Case, DocumentVersion
from authorizations.models.cases.next_step import due_now
from authorizations.presenters.document_links import document_place
from authorizations.presenters.documents import readable
from authorizations.rules.documents import DocumentRule
from authorizations.step_pages.inputs import PageForm, field_of
from authorizations.step_pages.page import asking, blocking
from authorizations.web.documents.forms import AddForm, StateForm, selected_by, ticket_of
from authorizations.web.documents.uploads import taken_in
from authorizations.web.steps.detours import initial_of

TOLD = "Bring the file, or give its reference below."
FOR_THE_DECISION = "The decision needs it. Add it now, or leave it out."
# What the page of a document asks for beyond what a step waits for.
LEFT_OUT = ("verified_on", "note", "draft")  # but a note where it is brought for others, with its evidence


class NeededDocument(AddForm):
    """A document that the step waits for; ``why``: what is said of it."""

    # The file that came with this try or an earlier one, and why one that came was not taken in.
    stored: StoredFile | None = None
    file_refusal: NotReady | None = None

    def __init__(
        self,
        *args: Any,
        key: str,
        rule: DocumentRule,
        why: str,
        told: bool = False,
        for_others: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, key=key, rule=rule, drafts=False, prefix=f"document-{key}", **kwargs)
        self.key, self.rule, self.why = key, rule, why
        # Where the step's own facts say where it can be read, they are not asked a second time.
        for name in (*LEFT_OUT, *(("location",) if told and "upload" in self.fields else ())):
            if name != "note" or not for_others:
                self.fields.pop(name, None)

    @property
    def ticket(self) -> dict[str, str]:
        """What a form carries of the file that came, by the name of its input."""
        name = self.add_prefix("kept")
        return {name: self.data[name]} if self.stored else {}

    @property
    def is_sent(self) -> bool:
        """Whether the person brought or stated anything."""
        names = ("upload", "location", "stated", "kept")
        return any(self.data.get(self.add_prefix(name)) or self.add_prefix(name) in self.files for name in names)


class NeededStatement(StateForm):
    """What the step waits for of a document that is here already: ticks, without a new file."""

    def __init__(self, *args: Any, key: str, rule: DocumentRule, why: str, version: DocumentVersion, **kwargs: Any):
        unstated = {word: label for word, label in rule.statements.items() if word not in version.stated}
        super().__init__(*args, unstated=unstated, prefix=f"document-{key}", **kwargs)
        self.key, self.rule, self.why, self.version = key, rule, why, version
        self.fields["stated"].label = "Tick what holds of it"

    # No file comes with it.
    ticket: ClassVar[dict[str, str]] = {}

    @property
    def is_sent(self) -> bool:
        return bool(self.data.get(self.add_prefix("stated")))


class NeededFacts(PageForm):
    """Facts of the case that the step waits for and that this person may record; ``reasons``: why, by name."""

    prefix = "needed"

    def __init__(self, *args: Any, case: Case, reasons: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        facts = case.machine().facts
        for name, why in reasons.items():
            self.fields[name] = field_of(facts[name], case.options(name) if facts[name].kind == "record" else None)
            self.fields[name].required = False
            self.fields[name].help_text = why

    @property
    def given(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "", False)}


class Needs:
    """What the page of a step asks for beside the step's own facts, and what was sent of it."""

    def __init__(
        self,
        user: User,
        record: Ato | Case,
        offer: Offer,
        request: HttpRequest | None = None,
        typed: QueryDict | None = None,
    ) -> None:
        self.user, self.record, self.request = user, record, request
        data, files = (request.POST.copy(), request.FILES) if request else (None, None)
        own = {fact.name for fact in offer.requested_facts}
        yours = _recordable(record, offer) - own
        of_the_step = [*blocking(offer), *asking(offer)]
        found, own_places = [*of_the_step, *_of_the_decision(record, offer)], {each.where for each in of_the_step}
        rules = readable(record, user)
        reasons = {each.where: each.sentence for each in found if each.where in yours}
        self.facts = NeededFacts(data, case=record, reasons=reasons) if isinstance(record, Case) and reasons else None
        keys = {
            each.where.removeprefix(WHERE): each.sentence
            if each.where.removeprefix(WHERE) in record.document_summary
            else ""
            if each.where in own_places
            else FOR_THE_DECISION
            for each in found
            if each.where.startswith(WHERE) and document_place(offer.context, record, each.where)
        }
        statable = _statable(record, offer, [rules[key] for key in keys if key in rules])
        self.statements = [
            NeededStatement(data, key=key, rule=rules[key], why=keys[key], version=version)
            for key, version in statable.items()
        ]
        others = {key for key in keys if key in rules and rules[key].by.isdisjoint(offer.context.parties)}
        self.documents = [
            NeededDocument(data, files, key=key, rule=rules[key], why=why, for_others=key in others)
            for key, why in keys.items()
            if key in rules and key not in statable
        ]
        self.documents += [
            NeededDocument(data, files, key=rule.key, rule=rule, why=TOLD, told=True)
            for rule in _told(record, offer, set(rules) - set(keys))
        ]
        _say_once(self.documents)
        keys_here = [*(each.key for each in self.documents), *(each.key for each in self.statements)]
        here = {*reasons, *(f"{WHERE}{key}" for key in keys_here)}
        self.elsewhere: list[Problem] = [each for each in blocking(offer) if each.where not in here]
        if request:
            self._take_files_in()
        elif typed is not None:
            self._show_again(typed)

    @property
    def are_any(self) -> bool:
        return bool(self.documents or self.statements or self.facts)

    @property
    def forms(self) -> list[PageForm]:
        return [*self.documents, *self.statements, *([self.facts] if self.facts else [])]

    @property
    def mistakes(self) -> int:
        """How many fields of what was sent are wrong."""
        return sum(len(form.errors) for form in self.forms)

    @property
    def sent(self) -> list[NeededDocument]:
        return [each for each in self.documents if each.is_sent]

    def _show_again(self, typed: QueryDict) -> None:
        """What was typed before something was added elsewhere, and the files that came with it."""
        for form in self.forms:
            form.initial = {**form.initial, **initial_of(form, typed)}
        for document in self.documents:
            document.stored = selected_by(typed.get(document.add_prefix("kept"), ""), self.user)

    def _take_files_in(self) -> None:
        """Keeps the files that came, so that nobody chooses one twice whatever is refused."""
        for document in self.sent:
            kept, sent = document.add_prefix("kept"), document.files.get(document.add_prefix("upload"))
            upload, refusal = taken_in(self.user, sent, document.data.get(kept, ""), document.rule)
            document.stored, document.file_refusal = upload, refusal
            data: Any = document.data
            data[kept] = ticket_of(upload, self.user) if upload else ""

    def carry_out(self, revision: int) -> int | None:
        """Files what was sent, one act each; the revision after them, None where some was refused."""
        record_type = Case if isinstance(self.record, Case) else Ato
        done = [self._add(document, record_type) for document in self.sent]
        done += [_state(statement, self.user) for statement in self.statements if statement.is_sent]
        revision += sum(done)
        if self.facts and self.facts.is_valid() and self.facts.given:
            given = {"revision": revision, **self.facts.given}
            done.append(self.facts.carry_out(self.user, record_facts, self.record.public_id, **given))
            revision += done[-1]
        refused = not all(done) or bool(self.facts and self.facts.errors)
        return None if refused else revision

    def _add(self, document: NeededDocument, record_type: type[Ato] | type[Case]) -> bool:
        if document.file_refusal:
            document.full_clean()
            document.refuse(document.file_refusal)
        if not document.is_valid():
            return False
        given = {"upload": document.stored, **document.arguments}
        return document.carry_out(self.user, add_version, record_type, self.record.public_id, document.key, **given)


def _say_once(documents: list[NeededDocument]) -> None:
    """Which files are taken is said at the first input of one; the others refer to it."""
    with_files = [each for each in documents if "upload" in each.fields]
    for document in with_files[1:]:
        document.fields["upload"].help_text = ""
        document.fields["upload"].widget.attrs["aria-describedby"] = f"{with_files[0]['upload'].auto_id}_helptext"


def _state(statement: NeededStatement, user: User) -> bool:
    return statement.is_valid() and statement.carry_out(
        user, state_version, statement.version.public_id, **statement.cleaned_data
    )


def _statable(record: Ato | Case, offer: Offer, rules: list[DocumentRule]) -> dict[str, DocumentVersion]:
    """The versions of which a statement is all that the step misses, by the key of their document."""
    summary = record.document_summary
    found = {
        rule.key: summary[rule.key]
        for rule in rules
        if rule.key in summary and not set(rule.statements) <= set(summary[rule.key]["stated"])
        if rule.by & offer.context.parties
        if offer.step.row not in rule.asked or not outdated(record, summary[rule.key], rule.asked[offer.step.row])
    }
    if not found:
        return {}
    of = {"document__case" if isinstance(record, Case) else "document__ato": record}
    rows = DocumentVersion.objects.visible_to(offer.context.user).filter(**of, document__key__in=found)
    rows = rows.select_related("document")
    return {row.document.key: row for row in rows if row.number == found[row.document.key]["number"]}


def _told(record: Ato | Case, offer: Offer, keys: set[str]) -> Iterator[DocumentRule]:
    """Documents that the step's own facts may refer to, and of which no version is here: a file says more."""
    for rule, how in asked(record.rules, offer.step.row) if isinstance(record, Case) else ():
        is_wanted = how.told and how.when not in OF_THE_ACT and rule.key in keys
        is_missing = is_wanted and rule.key not in record.document_summary
        if is_missing and document_place(offer.context, record, f"{WHERE}{rule.key}"):
            yield rule


def _of_the_decision(record: Ato | Case, offer: Offer) -> Iterator[Problem]:
    """The documents that a colleague's decision waits for, where the step at hand prepares it by a recommendation."""
    step = offer.step
    if not (isinstance(record, Case) and step.within_side and any(fact.is_stored for fact in step.facts)):
        return
    for due in due_now(record, offer.context):
        if due is not step:
            yield from (each for each in due.unmet(record, offer.context) if each.where.startswith(WHERE))


def _recordable(record: Ato | Case, offer: Offer) -> set[str]:
    if not isinstance(record, Case):
        return set()
    return {fact.name for fact in recordable(record, offer.context.parties)}
