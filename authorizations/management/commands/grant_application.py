"""`grant_application`: what the role of PostgreSQL that serves the portal may do, and what it may not."""

import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from authorizations.models import AuditLogHead, Event

# Read here alone, and only by who owns the tables.
PASSWORD = "POSTGRES_APPLICATION_PASSWORD"  # noqa: S105  # the name of a variable


class Command(BaseCommand):
    help = (
        "Lets a role of PostgreSQL serve the portal, which then can add to the audit log and change nothing there. "
        f"Run it after each migration, as the role that owns the tables. With {PASSWORD}, the role gets that password."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", help="the role; it is made where it is missing")

    def handle(self, *args: Any, role: str, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("Only PostgreSQL has roles.")
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT current_user, EXISTS (SELECT 1 FROM pg_roles WHERE rolname = %s)", [role])
            own, is_there = cursor.fetchone()
            if role == own:
                raise CommandError("This is the role that owns the tables. Name another one.")
            name = connection.ops.quote_name(role)
            if not is_there:
                cursor.execute(f"CREATE ROLE {name} LOGIN")
            if password := os.environ.get(PASSWORD):
                cursor.execute(f"ALTER ROLE {name} PASSWORD %s", [password])
            for statement in _grants():
                cursor.execute(statement.format(role=name))
        self.stdout.write(f"{role} may serve the portal.")


def _grants() -> list[str]:
    events, heads = Event._meta.db_table, AuditLogHead._meta.db_table
    return [
        "GRANT USAGE ON SCHEMA public TO {role}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {events} FROM {{role}}",
        f"REVOKE DELETE, TRUNCATE ON {heads} FROM {{role}}",
    ]
