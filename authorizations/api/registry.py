"""The record types that the API shows, in the order for people to read: each has a file, and a line or two here."""

from django.conf import settings
from ninja import NinjaAPI, Router

from authorizations.api import (
    atos,
    carry_over,
    cases,
    co_signers,
    comments,
    deadlines,
    documents,
    findings,
    guidance,
    organizations,
)
from authorizations.api.authentication import SessionAuth, TokenAuth
from authorizations.api.errors import add_error_handlers
from authorizations.api.lists import of_cases, offerings, others, reports
from authorizations.api.lists.times import Renderer
from authorizations.lifecycle.machine import Machine
from authorizations.models import Ato, Case

api = NinjaAPI(
    title="Authorization portal",
    version=settings.VERSION,
    description=(
        "The same records, offers, steps and refusals as the portal's pages, for programs. What you send is one JSON "
        "object. Dates are written YYYY-MM-DD, times in UTC as YYYY-MM-DDThh:mm:ssZ; records are named by their ids."
    ),
    auth=[TokenAuth(), SessionAuth()],
    renderer=Renderer(),
    # The library's own pages for these would load scripts from elsewhere.
    openapi_url=None,
    docs_url=None,
)
add_error_handlers(api)
for record_type, router, word in ((Ato, Router(tags=["ATOs"]), "ato"), (Case, Router(tags=["Cases"]), "case")):
    documents.add_documents(router, record_type, word)
    deadlines.add_deadlines(router, record_type, word)
    if record_type is Ato:
        deadlines.add_deliveries(router, Ato, word)
    else:
        carry_over.add_taking_over(router)
    # Before the steps of the record type, one of which their addresses would else be taken for.
    api.add_router(f"{word}s", router)
# Before what is done with a version, whose addresses are below the same id.
api.add_router("documents", of_cases.documents)
api.add_router("documents", documents.router)
api.add_router("offerings", offerings.router)
api.add_router("offerings", deadlines.router)
api.add_router("atos", atos.router)

# Before the steps of a case, one of which their addresses would else be taken for.
api.add_router("cases", comments.router)
api.add_router("cases", co_signers.of_cases)
api.add_router("cases", guidance.router)
api.add_router("cases", findings.of_cases)
api.add_router("cases", cases.router)
api.add_router("findings", of_cases.findings)
api.add_router("findings", findings.router)
api.add_router("co_signers", co_signers.router)
api.add_router("organizations", organizations.router)
for kind, many in organizations.KINDS.items():
    router = Router(tags=["Organizations"])
    organizations.add_kind(router, kind, many)
    api.add_router(many, router)
api.add_router("deadlines", others.deadlines)
api.add_router("messages", others.messages)
api.add_router("imports", others.imports)
api.add_router("reports", reports.router)
api.add_router("systems", organizations.systems)
api.add_router("contacts", organizations.contacts)
api.add_router("invitations", organizations.invitations)

# At which address the steps of machines are taken: it is described once for each step.
STEPS_AT: dict[str, tuple[Machine, ...]] = {
    "atos/{public_id}/{step}": (Ato.machine(),),
    "cases/{public_id}/{step}": tuple(record_type.machine() for record_type in Case.machines.values()),
}
