"""A person chooses how they are told, mutes a case and takes that back, in a browser."""

from datetime import timedelta

from django.utils import timezone

from tests.browser.conftest import Reader


def press(reader: Reader, role: str, name: str) -> None:
    reader.follow(reader.page.get_by_role(role, name=name, exact=True))  # type: ignore[arg-type]  # one of its words


def test_a_person_chooses_how_they_are_told_and_mutes_a_case(reader: Reader) -> None:
    reader.sign_in("Cora Castell")
    page = reader.page
    reader.open("/account/notifications/")
    reader.check("It cannot be switched off or muted")
    page.get_by_label("Steps of cases").select_option(label="In a daily digest")
    page.get_by_label("Quiet from").fill("19:00")
    press(reader, "button", "Save")
    reader.check("Quiet hours need a beginning and another end")
    page.get_by_label("Quiet until").fill("06:30")
    press(reader, "button", "Save")
    reader.check("It holds from the next message on")

    reader.open("/cases/")
    reader.follow(page.locator("tbody th a, tbody td a").first)
    press(reader, "link", "Mute this case")
    reader.check("Nothing about it is mailed to you until the last day")
    page.get_by_label("Last day").fill((timezone.localdate() + timedelta(days=7)).isoformat())
    page.get_by_label("Reason").fill("On leave.")
    press(reader, "button", "Mute")
    reader.check("You can take it back here")
    reader.follow(page.get_by_role("button", name="Take back"))
    reader.check("Nothing is muted")


def test_each_rule_of_a_deadline_can_be_hit_alone_and_its_delivery_recorded(reader: Reader) -> None:
    reader.sign_in("Cora Castell")
    reader.open("/offerings/?q=Nimbus+Foundry")
    reader.follow(reader.page.get_by_role("link", name="Nimbus Foundry", exact=True).first)
    # Its next report is due from when the ruleset binds those who were certified before, and may stand among the rest.
    reader.page.locator("summary", has_text="more").evaluate_all("all => all.forEach(each => each.click())")
    reader.check("Ongoing certification report")
    reader.follow(reader.page.get_by_role("link", name="Record it").first)
    reader.check("The day from which the duty counts")
