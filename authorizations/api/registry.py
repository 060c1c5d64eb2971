"""The nouns that the API shows, in the order people should read them: each has a file, and a line or two here."""

from django.conf import settings
from ninja import NinjaAPI, Router

from authorizations.api import atos, carry_over, cases, comments, deadlines, documents, findings, guidance
from authorizations.api.authentication import Bearer, Session
from authorizations.api.errors import say_no
from authorizations.lifecycle.machine import Machine
from authorizations.models import Ato, Case

api = NinjaAPI(
    title="Authorization portal",
    version=settings.VERSION,
    description=(
        "The same records, offers, steps and refusals as the portal's pages, for programs. What you send is one JSON "
        "object. Dates are written YYYY-MM-DD, times as in ISO 8601; records are named by their ids."
    ),
    auth=[Bearer(), Session()],
    # The library's own pages for these would load scripts from elsewhere.
    openapi_url=None,
    docs_url=None,
)
say_no(api)
for noun, router, word in ((Ato, Router(tags=["ATOs"]), "ato"), (Case, Router(tags=["Cases"]), "case")):
    documents.add_documents(router, noun, word)
    deadlines.add_deadlines(router, noun, word)
    if noun is Ato:
        deadlines.add_deliveries(router, Ato, word)
    else:
        carry_over.add_taking_over(router)
    # Before the steps of the noun, one of which their addresses would else be taken for.
    api.add_router(f"{word}s", router)
api.add_router("documents", documents.router)
api.add_router("offerings", deadlines.router)
api.add_router("atos", atos.router)

# Before the steps of a case, one of which their addresses would else be taken for.
api.add_router("cases", comments.router)
api.add_router("cases", guidance.router)
api.add_router("cases", findings.of_cases)
api.add_router("cases", cases.router)
api.add_router("findings", findings.router)

# At which address the steps of machines are taken: it is described once for each step.
STEPS_AT: dict[str, tuple[Machine, ...]] = {
    "atos/{public_id}/{step}": (Ato.machine(),),
    "cases/{public_id}/{step}": tuple(noun.machine() for noun in Case.machines.values()),
}
