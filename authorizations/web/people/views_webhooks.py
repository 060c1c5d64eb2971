"""The webhook of an organization, for its leads: where to, about what, and what became of each delivery."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from accounts.models import Organization, User
from authorizations.actions.people.memberships import NOT_A_LEAD, leads
from authorizations.actions.people.webhooks import remove_webhook, renew_secret, send_again, set_webhook
from authorizations.actions.refusals import Blocked
from authorizations.models import Webhook, WebhookDelivery
from authorizations.models.webhook import WebhookTopic
from authorizations.presenters.audit_log.action_labels import begun, in_words
from authorizations.step_pages.inputs import PageForm, checkboxes, line
from authorizations.web.answers import done
from authorizations.web.page_access import person
from authorizations.web.people.views import find, people_trail, sent_of

# What is older is in the audit log.
SHOWN = 50


class WebhookForm(PageForm):
    address = line(
        "Address", "Such as https://tickets.example.gov/portal.", missing="Enter the address of the receiver.", most=500
    )
    topics = checkboxes(
        "What it is told of", WebhookTopic.choices, missing="Choose one or more.", invalid="Choose from these."
    )
    shows = (Blocked,)


@never_cache
def webhook(request: HttpRequest, public_id: str) -> HttpResponse:
    """The form and the newest deliveries; of a new one then the secret, which no other page shows again."""
    user = person(request)
    found = _led(user, public_id)
    kept = Webhook.objects.visible_to(user).select_related("set_by").filter(organization=found).first()
    initial = {"address": kept.address, "topics": kept.topics} if kept else {"topics": WebhookTopic.values}
    form = WebhookForm(sent_of(request), initial=initial)
    if form.is_valid() and form.carry_out(user, set_webhook, organization=found, **form.cleaned_data):
        if kept is None:
            return _secret_page(request, form.made)
        return done(request, "The webhook was changed. Its secret is the same.", "webhook", public_id)
    deliveries = WebhookDelivery.objects.visible_to(user).filter(webhook=kept).select_related("event")
    context = {
        "organization": found,
        "trail": people_trail(found, below=True),
        "form": form,
        "webhook": kept,
        "is_on": bool(settings.WEBHOOK_HOSTS),
        "is_told": kept is not None and kept.reader is not None,
        "deliveries": [(each, begun(in_words(each.event.verb))) for each in deliveries[:SHOWN]] if kept else [],
        "most": SHOWN,
    }
    return render(request, "people/webhook.html", context)


@never_cache
def new_secret(request: HttpRequest, public_id: str) -> HttpResponse:
    user = person(request)
    return _secret_page(request, renew_secret(actor=user, organization=_led(user, public_id), now=timezone.now()))


def again(request: HttpRequest, public_id: str) -> HttpResponse:
    user, sent = person(request), request.POST.get("delivery", "")
    send_again(actor=user, organization=_led(user, public_id), public_id=sent, now=timezone.now())
    return done(request, "It is sent again within a few seconds.", "webhook", public_id)


def remove(request: HttpRequest, public_id: str) -> HttpResponse:
    user = person(request)
    remove_webhook(actor=user, organization=_led(user, public_id), now=timezone.now())
    return done(request, "The webhook was removed. Nothing more is sent.", "webhook", public_id)


def _led(user: User, public_id: str) -> Organization:
    found = find(user, public_id)
    if not leads(user, found):
        raise PermissionDenied(NOT_A_LEAD)
    return found


def _secret_page(request: HttpRequest, made: Webhook) -> HttpResponse:
    trail = people_trail(made.organization, below=True)
    return render(request, "people/webhook_secret.html", {"webhook": made, "secret": made.secret, "trail": trail})
