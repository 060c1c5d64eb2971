"""The accounts app: users, organizations, memberships."""

from django.apps import AppConfig
from django.urls import register_converter

from accounts.url_converters import PublicId


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        register_converter(PublicId, "public_id")
