from django.urls import URLPattern

from authorizations.policy import Capability
from authorizations.url_access import OF_ACCESS, OF_OFFERING, ObjectScope, page, requires, scoped_to, sent_to
from authorizations.web.register import (
    views_access,
    views_atos,
    views_contacts,
    views_offerings,
    views_organizations,
    views_register_ato,
)
from authorizations.web.register.views_blast_radius import blast
from authorizations.web.register.views_offering_forms import add_offering, set_designation
from authorizations.web.register.views_packages import package_places

DESIGNATING = requires(Capability.SET_DESIGNATION, ObjectScope.OFFERING)
CONFIRMING = sent_to(ObjectScope.CONTACT, Capability.CONFIRM_CONTACT)

urlpatterns: list[URLPattern] = [
    page("offerings/add/", add_offering, "add_offering", requires(Capability.ADD_OWN_OFFERING)),
    page("offerings/packages/", package_places, "package_places", requires(Capability.EDIT_RECORDS)),
    page("offerings/<public_id:public_id>/", views_offerings.offering, "offering", OF_OFFERING),
    page("offerings/<public_id:public_id>/blast-radius/", blast, "blast_radius", OF_OFFERING),
    page("offerings/<public_id:public_id>/designation/", set_designation, "set_designation", DESIGNATING),
    page("agencies/<public_id:public_id>/", views_organizations.agency, "agency", scoped_to(ObjectScope.AGENCY)),
    page("providers/<public_id:public_id>/", views_organizations.provider, "provider", scoped_to(ObjectScope.PROVIDER)),
    page("assessors/<public_id:public_id>/", views_organizations.assessor, "assessor", scoped_to(ObjectScope.ASSESSOR)),
    page("systems/add/", views_register_ato.add_system, "add_system", requires(Capability.ADD_OWN_SYSTEM)),
    page("atos/register/", views_register_ato.register, "register_ato", requires(Capability.REGISTER_ATO)),
    page("atos/<public_id:public_id>/", views_atos.ato, "ato", scoped_to(ObjectScope.ATO)),
    page("accesses/grant/", views_access.grant, "grant_access", requires(Capability.GRANT_ACCESS)),
    page("accesses/<public_id:public_id>/", views_access.access, "access", OF_ACCESS),
    page("accesses/<public_id:public_id>/<slug:act>/", views_access.access_act, "access_act", OF_ACCESS),
    page("contacts/add/", views_contacts.add_contact, "add_contact", requires(Capability.ADD_OWN_CONTACT)),
    page("contacts/<public_id:public_id>/confirm/", views_contacts.confirm, "confirm_contact", CONFIRMING),
]
