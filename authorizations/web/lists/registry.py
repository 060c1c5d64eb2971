"""The list pages of the register, each declared once."""

from authorizations.web.cases.listing import CASES
from authorizations.web.register.listing_atos import ATOS
from authorizations.web.register.listing_offerings import OFFERINGS
from authorizations.web.register.listing_organizations import AGENCIES, ASSESSORS, PROVIDERS

LISTINGS = (OFFERINGS, ATOS, AGENCIES, PROVIDERS, ASSESSORS, CASES)

__all__ = ["AGENCIES", "ASSESSORS", "ATOS", "CASES", "LISTINGS", "OFFERINGS", "PROVIDERS"]
