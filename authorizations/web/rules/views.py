"""The rules for everyone to read: the releases, what each states and by which source, and the texts behind it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse, reverse_lazy

from accounts.models import User
from authorizations.actions.rules.rule_texts import changes_of_republished
from authorizations.lifecycle.sources import sources_of
from authorizations.models import RuleEdition, RulesRelease, RuleText
from authorizations.models.rules import local_values, refresh_releases
from authorizations.policy import Capability, allows
from authorizations.presenters.rule_releases import row_labels
from authorizations.rules import RELEASE_REGISTRY, Release, newest, releases
from authorizations.rules.comparison import FOR_EVERY_CASE, by_section, differences, facts_of
from authorizations.rules.names import DATES, LENGTHS, RULESETS
from authorizations.vocabulary import RulePart
from authorizations.web.pages.views_guide import PAGES, RELEASES

TRAIL = [(RELEASES, reverse_lazy("releases"))]
DEFINITIONS, INDICATORS = "FRD", "KSI"


def release_list(request: HttpRequest) -> HttpResponse:
    refresh_releases(at_once=True)
    rows = {row.name: row for row in RulesRelease.objects.select_related("imported_by")}
    every = list(releases().values())[::-1]
    context = {
        "title": RELEASES,
        "pages": PAGES,
        "releases": [(each, rows.get(each.id)) for each in every],
        "newest": newest(),
        "names": [(each.id, each.title) for each in every],
        "local": _local(),
        "edition": RuleEdition.objects.first(),
        "decides": _may(request, Capability.SET_LOCAL_POLICY),
        "imports": _may(request, Capability.IMPORT_RULES),
    }
    return render(request, "rules/releases.html", context)


def release_page(request: HttpRequest, name: str) -> HttpResponse:
    """One release: every fact with its source; what nobody states says so, and what is local policy is marked."""
    refresh_releases(at_once=True)
    found = _known_release(name)
    others = [each for each in releases().values() if each.id != found.id][::-1]
    facts = list(facts_of(found, row_labels()))
    context = {
        "trail": TRAIL,
        "release": found,
        "row": RulesRelease.objects.filter(name=name).first(),
        "is_newest": found.id == newest().id,
        "newest": newest(),
        "others": [(each.id, each.title) for each in others],
        "sections": [(*each, each[0] in FOR_EVERY_CASE) for each in by_section(facts)],
        "sources": sources_of({name for fact in facts for name in fact.source.split("; ")}),
        "local": _local(),
    }
    return render(request, "rules/release.html", context)


def compare(request: HttpRequest) -> HttpResponse:
    refresh_releases(at_once=True)
    every = list(releases())
    after = _known_release(request.GET.get("after") or newest().id)
    earlier = [name for name in every if name != after.id]
    before = _known_release(request.GET.get("before") or (earlier[-1] if earlier else after.id))
    found = differences(RELEASE_REGISTRY.as_stated(before.id), RELEASE_REGISTRY.as_stated(after.id), row_labels())
    context = {
        "trail": TRAIL,
        "before": before,
        "after": after,
        "names": [(each.id, each.title) for each in releases().values()][::-1],
        "sections": [(*each, each[0] in FOR_EVERY_CASE) for each in found],
    }
    return render(request, "rules/compare.html", context)


def rule_texts(request: HttpRequest) -> HttpResponse:
    """The rules of the newest version that was imported, by chapter; without one, what they are."""
    edition = RuleEdition.objects.first()
    chapters: dict[str, list[RuleText]] = {}
    for rule in edition.rules.order_by("part", "chapter", "rule_id") if edition else []:
        chapters.setdefault(rule.chapter if rule.part != RulePart.INDICATOR else rule.get_part_display(), []).append(
            rule
        )
    context = {
        "trail": TRAIL,
        "edition": edition,
        "chapters": list(chapters.items()),
        "republished": changes_of_republished(edition) if edition else [],
        "imports": _may(request, Capability.IMPORT_RULES),
    }
    return render(request, "rules/rule_texts.html", context)


def rule(request: HttpRequest, rule_id: str) -> HttpResponse:
    """One rule, or the rules whose ids begin alike; where its text is not here, what the id is."""
    if not (about := about_rule(rule_id)):
        raise Http404
    edition = RuleEdition.objects.first()
    found = list(edition.rules.filter(rule_id__startswith=rule_id)) if edition else []
    exact = next((each for each in found if each.rule_id == rule_id), None)
    context = {
        "trail": [*TRAIL, ("Texts of the rules", reverse("rule_texts"))],
        "rule_id": rule_id,
        "about": about,
        "edition": edition,
        "rule": exact,
        "beginning": [] if exact else found,
        "versions": RuleText.objects.filter(rule_id=rule_id).select_related("edition").order_by("-edition__updated_on"),
    }
    return render(request, "rules/rule.html", context)


def _known_release(name: str) -> Release:
    try:
        return releases()[name]
    except KeyError as unknown:
        raise Http404 from unknown


def about_rule(rule_id: str) -> str:
    """What an id of this form is, in words; blank where no rules begin so."""
    beginning = rule_id[:3]
    if beginning == DEFINITIONS:
        return "a definition of the Consolidated Rules"
    if beginning == INDICATORS:
        return "a key security indicator of the Consolidated Rules"
    if beginning in RULESETS:
        return f"of the ruleset {RULESETS[beginning]} ({beginning}) of the Consolidated Rules"
    return ""


def _local() -> list[dict[str, Any]]:
    values = local_values()
    names = {**DATES, **LENGTHS}
    return [{"label": names[name], "value": values[name]} for name in names if name in values]


def _may(request: HttpRequest, capability: Capability) -> bool:
    return isinstance(request.user, User) and allows(request.user, capability)
