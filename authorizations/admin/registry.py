"""Every noun that the desk shows; each file registers its own."""

from authorizations.admin import atos, audit_log, cases, imports, people, register
from authorizations.admin import documents as papers
from authorizations.admin.rules import rules

__all__ = ["atos", "audit_log", "cases", "imports", "papers", "people", "register", "rules"]
