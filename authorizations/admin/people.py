"""People and organizations in the admin."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Prefetch, QuerySet
from django.forms import modelform_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.models import (
    AccessToken,
    Alias,
    Delegation,
    FeedId,
    Invitation,
    JoinRequest,
    Membership,
    Organization,
    User,
)
from authorizations.actions.people.invitations import invite
from authorizations.admin.base import RecordAdmin, person
from authorizations.admin.columns import EndedFilter, PublishedFilter, published, yes_or_no
from authorizations.admin.editing import ADDRESSES, EditableAdmin
from authorizations.admin.forms import AdditionForm
from authorizations.models import CalendarFeed, Contact

INVITED = ("email", "organization", "role")


class InvitingForm(AdditionForm):
    reason = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Why this person is the first lead, where you invite one. The leads of the PMO read it.",
    )


@admin.register(Organization)
class OrganizationAdmin(EditableAdmin):
    list_display = ("name", "kind", "abbreviation", "parent", "source", published)
    list_filter = ("kind", "source", PublishedFilter, "is_pseudo")
    search_fields = ("name", "abbreviation", "aliases__name", "public_id")
    search_help_text = "Name, alias, abbreviation or id"
    ordering = ("sort_name", "pk")
    beside = ("parent",)


@admin.register(Alias)
class AliasAdmin(EditableAdmin):
    list_display = ("name", "organization")
    search_fields = ("name", "organization__name")
    beside = ("organization",)


@admin.register(FeedId)
class FeedIdAdmin(RecordAdmin):
    list_display = ("feed_id", "name", "organization", "feed", "valid_from", "valid_to")
    list_filter = ("feed",)
    search_fields = ("feed_id", "name", "organization__name")
    beside = ("organization",)


@admin.register(User)
class UserAdmin(EditableAdmin):
    list_display = ("name", "email", "belongs_to", yes_or_no("is_active", "may sign in"), "created_at")
    list_filter = ("is_active",)
    search_fields = ("name", "email", "public_id")
    unseen = RecordAdmin.unseen | {"password"}
    beside_one = ("merged_into",)
    formfield_overrides = EditableAdmin.formfield_overrides | ADDRESSES

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        current = Membership.objects.current(timezone.localdate()).select_related("organization")
        return super().get_queryset(request).prefetch_related(Prefetch("memberships", current, to_attr="current"))

    @admin.display(description="belongs to")
    def belongs_to(self, user: Any) -> str:
        return "; ".join(f"{m.get_role_display()}, {m.organization}" for m in user.current) or "–"

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return super().get_fieldsets(request, obj) if obj else [(None, {"fields": [*INVITED, "reason"]})]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001  # Django's signature
        """Adding is inviting: nobody could sign in to an account that another person made."""
        if change:
            return super().get_form(request, obj, change=change, **kwargs)
        field = partial(self.formfield_for_dbfield, request=request)
        form: Any = modelform_factory(Invitation, InvitingForm, fields=INVITED, formfield_callback=field)
        form.refusal = getattr(request, "refusal", None)
        return form

    def add(self, request: HttpRequest, form: AdditionForm) -> Invitation:
        given = {**form.facts(), "reason": form.cleaned_data["reason"]}
        return invite(actor=person(request), now=timezone.now(), **given)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """Leads to where the invitation is sent again or taken back."""
        messages.success(request, f"You invited {obj.email}. The link is mailed; “Send again” shows a new one.")
        return redirect("people_of", obj.organization.public_id)


@admin.register(AccessToken)
class AccessTokenAdmin(RecordAdmin):
    list_display = ("name", "user", "read_only", "created_at", "expires_on", "last_used_at", "revoked_at")
    list_filter = ("read_only",)
    search_fields = ("user__name", "user__email", "public_id")
    beside = ("user",)
    unseen = RecordAdmin.unseen | {"digest"}
    note = "Each person makes and revokes their own. Who may not sign in has none that opens anything."


@admin.register(CalendarFeed)
class CalendarFeedAdmin(RecordAdmin):
    list_display = ("owner", "organization", "offering", "created_at", "last_fetched_at", "revoked_at")
    search_fields = ("owner__name", "owner__email", "organization__name", "offering__name", "public_id")
    beside = ("owner", "organization", "offering")
    unseen = RecordAdmin.unseen | {"digest", "published"}
    note = "Each person makes and revokes their own. Links of people who left, or who cannot sign in, do not work."


@admin.register(Membership)
class MembershipAdmin(EditableAdmin):
    list_display = ("user", "organization", "role", "started_on", "ended_on")
    list_filter = ("role", EndedFilter)
    search_fields = ("user__name", "user__email", "organization__name")
    beside = ("user", "organization")
    ordering = ("-started_on", "pk")


@admin.register(Invitation)
class InvitationAdmin(RecordAdmin):
    list_display = ("email", "organization", "role", "invited_by", "sent_at", "expires_at", "answer")
    list_filter = ("role", "answer")
    search_fields = ("email", "organization__name", "invited_by__name", "public_id")
    beside = ("organization", "invited_by", "accepted_by")
    unseen = RecordAdmin.unseen | {"digest"}
    note = "Leads invite people on the page of their organization's people, and take invitations back there."


@admin.register(JoinRequest)
class JoinRequestAdmin(RecordAdmin):
    list_display = ("name", "email", "organization", "asked_at", "outcome", "decided_by")
    list_filter = ("outcome",)
    search_fields = ("name", "email", "organization__name", "public_id")
    beside = ("organization", "decided_by")
    note = "The organization's leads invite or decline on the page of its people."


@admin.register(Delegation)
class DelegationAdmin(RecordAdmin):
    list_display = ("deputy", "membership", "role", "starts_on", "ends_on", "ended_at")
    list_filter = ("role",)
    search_fields = ("deputy__name", "membership__user__name", "public_id")
    beside = ("deputy", "membership__user", "membership__organization", "set_by")
    note = (
        "Each person lets colleagues act in their own role, and leads do so for an absent one, on a page of the portal."
    )


@admin.register(Contact)
class ContactAdmin(EditableAdmin):
    list_display = ("name", "function", "organization", "email")
    list_filter = ("function",)
    search_fields = ("name", "email", "organization__name", "public_id")
    beside = ("organization", "user")
    ordering = ("name", "pk")
