"""What a provider publishes of its own offering, in words for the offering's page; its source and age with it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, urlsplit

from django.urls import reverse

from accounts.models import User
from authorizations.display import ago, day_text, local_day
from authorizations.models import Offering, PackageOverview
from authorizations.sanitize import one_line
from authorizations.web.register.labels import safe_link

# Neither a second mailbox nor a coded line end, with which another header begins, is in one.
MAILBOX = re.compile(r"[A-Za-z0-9._+'-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
# Longer texts are folded.
SHOWN = 600
ACCESS: dict[bool | None, str] = {True: "Access must be asked for.", False: "Open to everyone."}


class OverviewLink(NamedTuple):
    """A text, and the address that it leads to; blank where a link could not work."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class OverviewFact:
    label: str
    links: list[OverviewLink]
    notes: list[str] = field(default_factory=list)

    @property
    def short_notes(self) -> list[str]:
        return [note for note in self.notes if note and len(note) <= SHOWN]

    @property
    def long_notes(self) -> list[str]:
        return [note for note in self.notes if len(note) > SHOWN]

    @property
    def is_empty(self) -> bool:
        return not self.links and not any(self.notes)


@dataclass(frozen=True, slots=True)
class OverviewOnPage:
    facts: list[OverviewFact]
    source: str
    left: str


def contact_link(address: str) -> str:
    """An address that a page may link to and that can lead somewhere: of the web, or of a mailbox; else blank.

    Providers write placeholders and names of files where addresses belong. Of a mail no more than the subject is kept:
    who else gets a copy would be hidden behind the name of one mailbox, and so would the site behind a user's name.
    """
    text = address.strip()
    if any(each.isspace() or not each.isprintable() for each in text):
        return ""
    mailbox, _, query = (text[len("mailto:") :] if text.lower().startswith("mailto:") else text).partition("?")
    if MAILBOX.fullmatch(mailbox):
        # In the address of a mail a plus is no blank.
        subject = one_line(dict(parse_qsl(query.replace("+", "%2B"))).get("subject", ""))
        return f"mailto:{mailbox}?subject={quote(subject)}" if subject else f"mailto:{mailbox}"
    if not safe_link(text) or "@" in urlsplit(text).netloc:
        return ""
    return text if "." in (urlsplit(text).hostname or "") else ""


def overview_of(user: User, offering: Offering, today: date) -> OverviewOnPage | None:
    """The section “From the provider”; None where no file had an overview of the offering."""
    overview: PackageOverview | None = getattr(offering, "overview", None)
    if overview is None:
        return None
    left = overview.not_published_since
    return OverviewOnPage(
        [*_facts(user, overview, today)],
        _source(overview, today),
        f"The file of {day_text(left)} no longer has it." if left else "",
    )


def _facts(user: User, overview: PackageOverview, today: date) -> Iterator[OverviewFact]:
    yield OverviewFact("Trust center", _links(overview.trust_center), [overview.trust_center_about])
    access = ACCESS.get(overview.access_needed)
    yield OverviewFact(
        "How to get access", [OverviewLink(access, "")] if access else [], [overview.access_instructions]
    )
    yield OverviewFact("Next ongoing certification report", *_day(overview.next_report_on, today))
    links, notes = _day(overview.next_review_on, today)
    if overview.next_review_on:
        notes += [clock_words(overview.next_review_time)]
        links += _links(overview.review_registration, "Register") + _links(overview.review_calendar, "Calendar file")
    yield OverviewFact("Next quarterly review", links, notes)
    yield OverviewFact("Feedback on reports", _links(overview.feedback))
    yield OverviewFact("Certified services it builds on", services_of(user, overview))
    if overview.stated_id != overview.offering.fedramp_id:
        yield OverviewFact("Id that the provider states", _links(overview.stated_id))


def services_of(user: User, overview: PackageOverview) -> list[OverviewLink]:
    """The certified services that the overview names; those that are not known here by their ids as stated."""
    if not overview.builds_on:
        return []
    rows = Offering.objects.visible_to(user).filter(fedramp_id__in=overview.builds_on)
    known = {key: OverviewLink(name, reverse("offering", args=[public_id]))
        for key, name, public_id in rows.values_list("fedramp_id", "name", "public_id")}  # fmt: skip
    return [known.get(each) or OverviewLink(f"{each} (not known here)", "") for each in overview.builds_on]


def _day(day: date | None, today: date) -> tuple[list[OverviewLink], list[str]]:
    if day is None:
        return [], []
    return [OverviewLink(day_text(day), "")], ["This day has passed."] if day < today else []


def _links(address: str, words: str = "") -> list[OverviewLink]:
    """The address where it can be linked to, after words of what it is for; as it was stated where it cannot."""
    url = contact_link(address)
    if not address:
        return []
    # Of a mailbox the name is enough: its subject is for the mail alone.
    named = url[len("mailto:") :].partition("?")[0] if url.lower().startswith("mailto:") else address
    # Who follows a link knows before where it leads: to which mailbox, or to whose site.
    site = named if url.startswith("mailto:") else urlsplit(url).netloc
    return [OverviewLink(f"{words} ({site})" if words and url else named, url)]


def clock_words(stated: str) -> str:
    """A time of day with its zone, such as “14:00 (UTC-04:00)”; as it was stated where it is none; blank for none."""
    try:
        clock = time.fromisoformat(stated)
    except ValueError:
        return stated
    return f"{clock:%H:%M}" + (f" ({clock.tzname()})" if clock.tzinfo else "")


def _source(overview: PackageOverview, today: date) -> str:
    provider = overview.provider_as_published or "The provider"
    said = f"{provider} publishes this of its own offering."
    if overview.fetched_at:
        day = local_day(overview.fetched_at)
        said += f" FedRAMP read it on {day_text(day)} ({ago(max(0, (today - day).days))})."
    run = overview.import_run
    came = (
        f" It came here on {day_text(local_day(run.started_at))}, in a file of {day_text(run.feed_as_of)}."
        if run
        else ""
    )
    return said + came
