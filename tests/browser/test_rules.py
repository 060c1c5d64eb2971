"""The pages of the rules in a real browser: axe finds nothing on them, wide and narrow, in each of their states."""

from django.utils import timezone

from tests.browser.conftest import Reader
from tests.browser.hands import send_to_admin
from tests.rules.documents import document, raw, rules


def test_the_public_pages_are_accessible_before_and_after_the_texts_came_in(reader: Reader) -> None:
    for path, description in (
        ("/releases/", "Local policy"),
        ("/releases/cr26-2026.07.14.01/", "not stated"),
        ("/releases/rev5-legacy/", "not stated"),
        ("/releases/compare/", "changed"),
        ("/rules/CDS-UTC-AAD/", "Certification data sharing"),
    ):
        reader.open(path)
        reader.check(description)
    reader.sign_in("Paula Prentice")
    send_to_admin(reader, "ruleedition", raw(rules()))
    reader.check("4 added, 0 changed, 0 removed")
    reader.follow(reader.page.get_by_role("button", name="Import these texts"))
    reader.check("Agency use")
    for path in ("/rules/AGU-USE-CLA/", "/rules/FRC-APP-FIA/", "/rules/AGU/", "/rules/CDS-UTC-AAD/"):
        reader.open(path)
        reader.check()


def test_a_release_is_imported_and_a_case_moved_to_it_on_accessible_pages(reader: Reader) -> None:
    page = reader.page
    reader.sign_in("Paula Prentice")
    send_to_admin(reader, "rulesrelease", raw(document(dates={"cutoff": ["soon", "MD26"]})))
    reader.check("dates.cutoff")
    # Of those that are active from the same day on, the one that was imported last is the newest.
    today = timezone.localdate().isoformat()
    release = document(active_from=today, leads={"ato_months": [[100, 50], "our design"]})
    send_to_admin(reader, "rulesrelease", raw(release))
    reader.check("For open cases, if they were moved")
    reader.follow(page.get_by_role("button", name="Import this release"))
    reader.check("Newest")
    reader.open("/cases/?turn=agency&kind=initial")
    reader.follow(page.locator("tbody a").first)
    reader.follow(page.get_by_role("link", name="Move to another release"))
    reader.check("What would change for this case")
    reader.follow(page.get_by_role("button", name="Move the case"))
    reader.check("One thing to correct")
    page.get_by_label("Reason").fill("The agency asked for it.")
    reader.follow(page.get_by_role("button", name="Move the case"))
    reader.check("Follows other rules now")
    reader.open("/admin/authorizations/case/")
    page.locator("input[name=row]").first.check()
    reader.follow(page.get_by_role("button", name="Move to another release"))
    reader.check("What would change")


def test_local_policy_is_decided_on_an_accessible_page(reader: Reader) -> None:
    page = reader.page
    reader.sign_in("Paula Prentice")
    reader.open("/releases/local-policy/")
    reader.check()
    reader.follow(page.get_by_role("button", name="Decide"))
    reader.check()
    page.get_by_label("What the rules leave open").select_option("letter_days")
    page.get_by_label("Number, for a length").fill("10")
    page.get_by_label("Reason").fill("Agreed in the steering group.")
    reader.follow(page.get_by_role("button", name="Decide"))
    reader.check("Agreed in the steering group.")
