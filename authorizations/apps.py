"""The authorizations app: registers system checks and sign-in's hooks, and guards the audit log after migrations."""

from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.core.checks import register
from django.db import connections
from django.db.models.signals import post_migrate
from django.urls import register_converter

from authorizations import checks, triggers
from authorizations.web.url_converters import ReleaseId, RuleId


class AuthorizationsConfig(AppConfig):
    name = "authorizations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Called by Django when all apps are loaded."""
        register_converter(ReleaseId, "release_id")
        register_converter(RuleId, "rule_id")
        register(checks.pdf_libraries, checks.PORTAL)
        register(checks.check_url_rules, checks.PORTAL)
        register(checks.shipped_rules, checks.PORTAL)
        register(checks.audit_log_role, checks.PORTAL, deploy=True)
        # Its hooks must hear of the first sign-in, no matter who asks for it.
        import_module("authorizations.web.sign_in.allauth_hooks")
        post_migrate.connect(_guard_the_record, sender=self)


def _guard_the_record(using: str, **kwargs: Any) -> None:
    connection = connections[using]
    # Migrating back beyond the audit log's beginning leaves nothing to guard.
    if triggers.is_chained(connection):
        triggers.install(connection)
