"""The models that the admin shows; each file registers its own."""

from authorizations.admin import atos, audit_log, cases, documents, imports, people, register
from authorizations.admin.rules import rules

__all__ = ["atos", "audit_log", "cases", "documents", "imports", "people", "register", "rules"]
