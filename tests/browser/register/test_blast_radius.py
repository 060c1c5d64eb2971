"""The page of what falls with an offering: reached from the offering, accessible, and readable on a telephone."""

from tests.browser.conftest import Reader


def test_what_falls_with_an_offering_is_reached_from_its_page(reader: Reader) -> None:
    reader.sign_in("Ann Alvarez")
    reader.open("/offerings/?q=Nimbus+Foundry")
    reader.follow(reader.page.locator("tbody a[href^='/offerings/']", has_text="Nimbus Foundry").first)
    reader.follow(reader.page.get_by_role("link", name="What falls with it, in all"))
    reader.check("How far it reaches")
    reader.look()
    # On the telephone, on which the check leaves it, the picture's words are as large as on a desk.
    heights = reader.page.locator(".blast text").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert min(heights) >= 12
    # The page that is open is in sight in the menu, which is wider than the telephone.
    reader.page.reload()
    place = reader.page.locator(".masthead__menu [aria-current]").bounding_box()
    assert place
    assert 0 <= place["x"] < 360
