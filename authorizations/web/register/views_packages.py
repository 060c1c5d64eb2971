"""Where packages are kept: the page to which steps lead whose package has no place on record, and for many at once."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from authorizations.actions.refusals import Blocked
from authorizations.actions.register.packages import locate_from_evidence, locate_packages
from authorizations.display import counted
from authorizations.lifecycle.step import FROM_EVIDENCE
from authorizations.models import Offering
from authorizations.policy import Party
from authorizations.presenters.links import HOLDERS
from authorizations.sanitize import search_words
from authorizations.step_pages.inputs import PageForm, day, field_of, line, radio, tick, tick_boxes
from authorizations.vocabulary import Designation, PackageLocation
from authorizations.web.answers import case_of, done, list_trail, trail_of
from authorizations.web.page_access import person

# Whose packages people ask for.
WITH_PACKAGES = (Designation.CERTIFIED, Designation.IN_PROCESS_AGENCY, Designation.IN_PROCESS_FEDRAMP)


class PlaceForm(PageForm):
    shows = (Blocked,)
    offerings: Any = forms.ModelMultipleChoiceField(
        None, label="Offerings without a place", to_field_name="public_id", required=False, widget=tick_boxes()
    )
    every = tick("All offerings in this list")
    location = radio("Where the package is", PackageLocation.choices, missing="Choose where the package is.")
    address = line(
        "Link or reference", "Not the content. Leave it blank if the packages have different ones.", most=300
    )
    verified_on = day("Verified on", "The day on which somebody saw it there.", required=False)

    def __init__(self, *args: Any, rows: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_rows("offerings", rows)

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        rows: Any = self.fields["offerings"]
        facts["offerings"] = list(rows.queryset if facts.pop("every") else facts.get("offerings", ()))
        if not facts["offerings"]:
            self.add_error("offerings", "Choose at least one offering, or all of them.")
        return facts


def package_places(request: HttpRequest) -> HttpResponse:
    user, one, words = person(request), request.GET.get("offering", ""), request.GET.get("q", "").strip()
    rows = Offering.objects.visible_to(user).filter(package__isnull=True).order_by("sort_name", "pk")
    rows = rows.filter(public_id=one) if one else rows.filter(designation__in=WITH_PACKAGES)
    for word in search_words(words).split():
        rows = rows.filter(Q(name__icontains=word) | Q(provider__name__icontains=word))
    form = PlaceForm(request.POST or None, rows=rows, initial={"offerings": rows if one else ()})
    if form.is_valid() and form.carry_out(user, locate_packages, **form.cleaned_data):
        to = request.GET.get("next", "")
        way_on = to if to.startswith("/") and url_has_allowed_host_and_scheme(to, allowed_hosts=None) else ""
        sentence = f"You recorded where {counted(len(form.made), 'package')} {'is' if len(form.made) == 1 else 'are'}."
        return done(request, sentence, way_on or form.made[0].offering)
    context = {"form": form, "one": one, "q": words, "number": rows.count(), "trail": list_trail(Offering)}
    return render(request, "register/package_places.html", context, status=409 if form.errors else 200)


class PlaceFromEvidenceForm(PageForm):
    shows = (Blocked,)
    location = radio("Where the package is", PackageLocation.choices, missing="Choose where the package is.")
    address = line("Link or reference", "Not the content.", most=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {fact.name: field_of(fact) for fact in FROM_EVIDENCE}


def locate_package(request: HttpRequest, public_id: str) -> HttpResponse:
    case, user = case_of(request, public_id), person(request)
    if Party.AL not in case.parties_of(user) or HOLDERS.isdisjoint(case.without_active_members):
        raise PermissionDenied("The party that opens the package records its place.")
    form = PlaceFromEvidenceForm(request.POST or None)
    if form.is_valid() and form.carry_out(user, locate_from_evidence, case.public_id, **form.cleaned_data):
        return done(request, "You recorded where the package is.", case)
    return render(request, "cases/locate_package.html", {"trail": trail_of(case), "case": case, "form": form})
