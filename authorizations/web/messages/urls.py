from django.urls import URLPattern

from authorizations.models import Ato, Case, Offering
from authorizations.url_access import (
    ANYONE,
    OF_CASE,
    OF_OFFERING,
    OF_PEOPLE,
    OF_REGISTER,
    SIGNED_IN,
    ObjectScope,
    page,
    sent_to,
)
from authorizations.web.messages import views, views_preferences
from authorizations.web.messages.views_preferences import mute_record

SENT_TO_MUTE = sent_to(ObjectScope.MUTE)

urlpatterns: list[URLPattern] = [
    page("account/notifications/", views_preferences.settings, "notification_settings", SIGNED_IN),
    page("account/mutes/<public_id:public_id>/end/", views_preferences.take_back, "end_mute", SENT_TO_MUTE),
    page("unsubscribe/", views_preferences.unsubscribe, "unsubscribe", ANYONE),
    page("notifications/", views.own, "own_messages", SIGNED_IN),
    page("messages/<public_id:public_id>/again/", views.again, "send_message_again", sent_to(ObjectScope.MESSAGE)),
    page("cases/<public_id:public_id>/messages/", views.of_case, "case_messages", OF_CASE),
    page("atos/<public_id:public_id>/messages/", views.of_ato, "ato_messages", OF_REGISTER),
    page("people/<public_id:public_id>/messages/", views.of_organization, "organization_messages", OF_PEOPLE),
    page("offerings/<public_id:public_id>/mute/", mute_record, "mute_offering", OF_OFFERING, record_type=Offering),
    page("cases/<public_id:public_id>/mute/", mute_record, "mute_case", OF_CASE, record_type=Case),
    page("atos/<public_id:public_id>/mute/", mute_record, "mute_ato", OF_REGISTER, record_type=Ato),
]
