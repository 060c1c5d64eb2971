"""A fictional feed with a few hundred rows, long and strange names among them, for pages that must hold many."""

from typing import Any

from tests.exchange.feeds import agency, assessor, feed, initial, product, reuse

LONG = "Interagency Working Group on the Long Term Preservation of Very Long Names for Very Small Offices and Sections"
STRANGE = '<script>document.title="taken"</script> & "quoted" Cloud'


def large_feed(as_of: str, extra: int) -> dict[str, Any]:
    """130 offerings, 40 agencies with bureaus and 390 ATO rows; ``extra`` of the first offerings are left out."""
    departments = [(f"22-{200 + place}", f"Department of Ponds {place}") for place in range(20)]
    bureaus = [(f"22-{200 + place}-01", f"Department of Ponds {place}", f"Pond Bureau {place}") for place in range(19)]
    bureaus.append(("22-219-01", "Department of Ponds 19", LONG))
    products = [_product(place) for place in range(extra, 130)]
    atos = [initial(0, *departments[place % 20], id=_id(place)) for place in range(extra, 130)]
    reuses = [
        reuse(
            0,
            departments[place % 20][0],
            departments[place % 20][1],
            bureaus[place % 20][2],
            id=_id(place % 130),
            sub_id=bureaus[place % 20][0],
            ato_date=f"20{20 + place % 5}-0{1 + place % 9}-1{place % 10}T20:00:00.000Z",
        )
        for place in range(extra, 260)
        if place % 130 >= extra
    ]
    return feed(
        as_of,
        Products=products,
        Agencies=[agency(*department) for department in departments] + [agency(*bureau) for bureau in bureaus],
        Assessors=[assessor(700001, "Level Assessments"), assessor(700002, "Slope Assessments (In Remediation)")],
        AtoMapping=atos,
        ReuseMapping=reuses,
    )


def _id(place: int) -> str:
    return f"FR91{place:08}"


def _product(place: int) -> dict[str, Any]:
    names = {1: STRANGE, 2: LONG}
    impact = ("Moderate", "High", "LI-SaaS", "20x Low")[place % 4]
    status = "FedRAMP Ready" if place % 13 == 5 else "FedRAMP Authorized"
    return product(
        0,
        id=_id(place),
        csp=f"Basalt Works {place % 40}",
        name=f"Basalt Works {place % 40}",
        cso=names.get(place, f"Basalt Service {place:03}"),
        impact_level=impact,
        status=status,
        service_model=["IaaS", "PaaS"] if place % 5 == 0 else ["SaaS"],
        leveraged_systems=[{"id": _id(place + 1)}, {"id": _id(place + 2)}] if place in {3, 50} else [],
    )
