"""What a form of the admin does not show is not written, whatever is sent with it."""

from typing import Any

import pytest

from tests.admin.admin_pages import READ_ONLY, RECORD_TYPES, address, form_of
from tests.admin.records import MAKE
from tests.attacks.scene import signed_in
from tests.attacks.test_smuggled import NIGHTLY, same_as_without
from tests.cast import Cast
from tests.lifecycle.cases import make_offering
from tests.samples import sample

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]


# Members of an organization come and change by its own leads.
KEPT = sorted(RECORD_TYPES.keys() - READ_ONLY - {"membership"})
# A text that may be corrected, and to what.
CORRECTED = {
    "name": "Changed",
    "text": "Changed",
    "signer": "Changed",
    "reference": "Changed",
    "address": "Changed",
    "started_on": "2020-02-02",
    "reason": "Changed",
}


@pytest.mark.parametrize("record_type", sample(KEPT, "organization", lane=NIGHTLY))
def test_correcting_in_the_admin_writes_what_its_form_shows(world: Cast, record_type: str) -> None:
    record: Any = MAKE[record_type](7)
    client, url = signed_in(world.pmo_lead), address(RECORD_TYPES[record_type], "change", record.public_id)
    form = {**form_of(client, url), "why": "Because."}
    changed = next((name for name in CORRECTED if name in form), None)
    if changed is None:  # a link between two offerings: nothing but the two
        form["underlying"] = make_offering(world).public_id
    else:
        form[changed] = CORRECTED[changed]
    same_as_without(world, client, url, form)


# Record types whose form in the admin asks for more than a record of theirs holds.
BY_A_VERB = {"ato"}


@pytest.mark.parametrize(
    "record_type",
    sample(
        [record_type for record_type in KEPT if record_type not in BY_A_VERB],
        "organization",
        lane=NIGHTLY,
    ),
)
def test_adding_in_the_admin_writes_what_its_form_shows(world: Cast, record_type: str) -> None:
    record: Any = MAKE[record_type](8)
    client = signed_in(world.pmo_lead)
    shown = form_of(client, address(RECORD_TYPES[record_type], "change", record.public_id))
    add = address(RECORD_TYPES[record_type], "add")
    fields = client.get(add).context["form"].fields
    sent = {name: value for name, value in shown.items() if name in fields and name != "seen"}
    # What is chosen once is text in the form that corrects.
    if record_type == "officeclosure":
        sent["day"] = record.day.isoformat()
    if record_type == "bounce":
        sent |= {"address": record.address, "failed_on": record.failed_on.isoformat()}
    if record_type == "organization":
        sent["kind"] = record.kind
    if record_type == "user":
        sent["email"] = "another@example.gov"
    else:
        RECORD_TYPES[record_type]._base_manager.filter(pk=record.pk).delete()
    same_as_without(world, client, add, sent)
