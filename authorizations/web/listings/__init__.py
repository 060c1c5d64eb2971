"""The list pages of the register, each declared once."""

from authorizations.web.listings.atos import ATOS
from authorizations.web.listings.cases import CASES
from authorizations.web.listings.offerings import OFFERINGS
from authorizations.web.listings.organizations import AGENCIES, ASSESSORS, PROVIDERS

LISTINGS = (OFFERINGS, ATOS, AGENCIES, PROVIDERS, ASSESSORS, CASES)

__all__ = ["AGENCIES", "ASSESSORS", "ATOS", "CASES", "LISTINGS", "OFFERINGS", "PROVIDERS"]
