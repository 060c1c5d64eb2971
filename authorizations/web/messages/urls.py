"""Messages and notification preferences: addresses and views."""

from django.urls import URLPattern, path

from authorizations.models import Ato, Case, Offering
from authorizations.web.messages import views, views_preferences

urlpatterns: list[URLPattern] = [
    path("account/notifications/", views_preferences.settings, name="notification_settings"),
    path("account/mutes/<public_id:public_id>/end/", views_preferences.take_back, name="end_mute"),
    path("notifications/", views.own, name="own_messages"),
    path("messages/<public_id:public_id>/again/", views.again, name="send_message_again"),
    path("cases/<public_id:public_id>/messages/", views.of_case, name="case_messages"),
    path("atos/<public_id:public_id>/messages/", views.of_ato, name="ato_messages"),
    path("people/<public_id:public_id>/messages/", views.of_organization, name="organization_messages"),
    path(
        "offerings/<public_id:public_id>/mute/",
        views_preferences.mute_record,
        {"record_type": Offering},
        name="mute_offering",
    ),
    path("cases/<public_id:public_id>/mute/", views_preferences.mute_record, {"record_type": Case}, name="mute_case"),
    path("atos/<public_id:public_id>/mute/", views_preferences.mute_record, {"record_type": Ato}, name="mute_ato"),
]
