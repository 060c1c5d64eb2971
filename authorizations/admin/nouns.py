"""Every noun that the desk shows; each file registers its own."""

from authorizations.admin import atos, cases, imports, papers, people, record, register, rules

__all__ = ["atos", "cases", "imports", "papers", "people", "record", "register", "rules"]
