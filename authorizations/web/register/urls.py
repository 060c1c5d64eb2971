"""Offerings, organizations, ATOs and package access: addresses and views."""

from django.urls import URLPattern, path

from authorizations.web.register import (
    views_access,
    views_add_offering,
    views_atos,
    views_contacts,
    views_designations,
    views_offerings,
    views_organizations,
    views_register_ato,
)

urlpatterns: list[URLPattern] = [
    path("offerings/add/", views_add_offering.add_offering, name="add_offering"),
    path("offerings/<public_id:public_id>/", views_offerings.offering, name="offering"),
    path("offerings/<public_id:public_id>/designation/", views_designations.set_designation, name="set_designation"),
    path("agencies/<public_id:public_id>/", views_organizations.agency, name="agency"),
    path("providers/<public_id:public_id>/", views_organizations.provider, name="provider"),
    path("assessors/<public_id:public_id>/", views_organizations.assessor, name="assessor"),
    path("systems/add/", views_register_ato.add_system, name="add_system"),
    path("atos/register/", views_register_ato.register, name="register_ato"),
    path("atos/<public_id:public_id>/", views_atos.ato, name="ato"),
    path("accesses/grant/", views_access.grant, name="grant_access"),
    path("accesses/<public_id:public_id>/", views_access.access, name="access"),
    path("accesses/<public_id:public_id>/<slug:act>/", views_access.access_act, name="access_act"),
    path("contacts/add/", views_contacts.add_contact, name="add_contact"),
    path("contacts/<public_id:public_id>/confirm/", views_contacts.confirm, name="confirm_contact"),
]
