"""Cases for the benchmark: made in bulk, only in a scratch database, and the acts that are timed on them."""

import random
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import Membership, Organization, User
from accounts.roles import OrganizationKind, Role
from authorizations.actions.audit_log.acting_roles import role_words
from authorizations.actions.audit_log.append import append
from authorizations.actions.steps import perform
from authorizations.lifecycle.stages import LISTED, OPEN_REUSE
from authorizations.lifecycle.turns import whose_turn
from authorizations.models import Case, Event, Offering
from authorizations.rules import newest
from authorizations.vocabulary import CaseKind
from demo.case_paths import INITIAL_WAYS, RECORD, REUSE_WAYS, WAIVE

# One case in so many has a long history of returns.
ONE_IN, MANY_EVENTS = 200, 200
BATCH = 2000


class CaseFactory:
    """Adds cases of both kinds to a register; the same number each time gives the same cases."""

    def __init__(self) -> None:
        self.random = random.Random(7)  # noqa: S311  # nothing secret
        organizations = Organization.objects.select_related("parent__parent")
        self.agencies = list(organizations.filter(kind=OrganizationKind.AGENCY).order_by("pk"))
        self.assessors = list(organizations.filter(kind=OrganizationKind.ASSESSOR).order_by("pk"))
        self.offerings = list(Offering.objects.select_related("provider", "package").order_by("pk"))
        self.actors = list(User.objects.filter(memberships__isnull=False).distinct().order_by("pk")[:20])
        held = Membership.objects.select_related("organization").order_by("-pk")
        self.roles = {each.user_id: role_words(each.role, each.organization.name) for each in held}
        listed = Case.objects.filter(kind=CaseKind.INITIAL, stage__in=LISTED).values_list("offering", flat=True)
        self.listed = set(listed)
        self.now = timezone.now()

    def fill(self, number: int) -> None:
        """Adds cases until there are so many."""
        missing = iter(range(Case.objects.count(), number))
        while batch := list(islice(missing, BATCH)):
            before = Case.objects.aggregate(Max("pk"))["pk__max"] or 0
            Case.objects.bulk_create([self._case(place) for place in batch], batch_size=250)
            made = Case.objects.filter(pk__gt=before).order_by("pk")
            with transaction.atomic():
                append([event for case in made for event in self._history(case)])

    def _case(self, place: int) -> Case:
        kind = CaseKind.INITIAL if place % 10 < 3 else CaseKind.REUSE
        offering, agency = self.random.choice(self.offerings), self.random.choice(self.agencies)
        stage = self._stage(kind, offering)
        since = self.now - timedelta(minutes=self.random.randrange(60, 400 * 24 * 60))
        opened = since - timedelta(days=self.random.randrange(1, 500))
        case: Case = Case.machines[kind](
            kind=kind,
            stage=stage,
            agency=agency,
            offering=offering,
            assessor=self.random.choice(self.assessors) if kind == CaseKind.INITIAL else None,
            release=newest().id,
            opened_at=opened,
            stage_since=since,
            waits_since=since,
            shared_at=None if stage == "need_defined" else opened,
            received_at=since if stage == "pmo_review" else None,
            resumes_at="package_review" if stage == "access_expired" else "",
            facts=self._facts(kind, stage, since),
            revision=self._acts(place) - 1,
        )
        case.waits_on = whose_turn(case)
        return case

    def _stage(self, kind: str, offering: Offering) -> str:
        stages = list(INITIAL_WAYS if kind == CaseKind.INITIAL else REUSE_WAYS)
        # Most cases of a portal that has been in use for years have ended, and few are new.
        ended = [stage for stage in stages if stage not in LISTED and stage not in OPEN_REUSE]
        stage = str(self.random.choice(stages if self.random.random() < 0.5 else ended))
        if kind == CaseKind.INITIAL and stage in LISTED:
            if offering.pk in self.listed:
                return "certified"
            self.listed.add(offering.pk)
        return stage

    def _facts(self, kind: str, stage: str, since: datetime) -> dict[str, list[Any]]:
        ways = INITIAL_WAYS if kind == CaseKind.INITIAL else REUSE_WAYS
        names = [name for move in ways[stage] for name in move.facts if name.endswith("_on")]
        by, when = self.random.choice(self.actors).pk, since.isoformat()
        return {name: [since.date().isoformat(), by, when] for name in names}

    def _acts(self, place: int) -> int:
        return MANY_EVENTS if place % ONE_IN == 0 else 2 + place % 9

    def _history(self, case: Case) -> Iterator[Event]:
        """As many entries as the case has had acts, evenly over its time."""
        ways = INITIAL_WAYS if case.kind == CaseKind.INITIAL else REUSE_WAYS
        steps = [move.name for move in ways[case.stage] if move.name not in (RECORD, WAIVE)] or ["open"]
        acts = case.revision + 1
        each = (case.stage_since - case.opened_at) / acts
        for place in range(acts):
            at = case.opened_at + each * (place + 1)
            last = place == acts - 1
            step = steps[-1] if last else "open" if place == 0 else steps[place % len(steps)]
            actor = self.actors[(case.pk + place) % len(self.actors)]
            yield Event(
                at=at,
                recorded_at=at,
                actor=actor,
                acted_as=self.roles[actor.pk],
                verb=f"case.{step}",
                subject_type="case",
                subject_id=case.pk,
                changes={
                    "stage": [case.stage, case.stage] if place else [None, case.stage],
                    "waits_on": [case.waits_on, case.waits_on],
                    "revision": [place - 1, place],
                },
                reason="Something was missing." if place % 5 == 4 else "",
            )


def time_acts(rounds: int) -> list[float]:
    """Seconds that each of a number of transitions takes, each in a transaction of its own.

    The review of a case is claimed and given back, in the queue that has most to do.
    """
    lead = User.objects.filter(memberships__role=Role.PMO_LEAD).order_by("pk")[0]
    case = Case.objects.acting_for(lead).filter(stage="pmo_review", claimed_by__isnull=True).order_by("pk")[0]
    took = []
    for place in range(rounds):
        began = time.perf_counter()
        step = "release_claim" if place % 2 else "claim"
        case = perform(Case, case.public_id, step, actor=lead, now=timezone.now(), revision=case.revision)
        took.append(time.perf_counter() - began)
    return took


@contextmanager
def mute_redis() -> Iterator[str]:
    """The address of something that takes connections like a Redis and never answers one."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        yield f"redis://127.0.0.1:{listening.getsockname()[1]}/0"
