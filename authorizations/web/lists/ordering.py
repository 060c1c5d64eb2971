"""How rows are put in order by one value, on either database."""

from typing import Any

from django.db.models import F, OrderBy, QuerySet
from django.db.models.constants import LOOKUP_SEP


def ordering(rows: QuerySet[Any], name: str, *, downwards: bool) -> OrderBy:
    """One value to sort by.

    Databases disagree on where absent values go; readers want them last, whichever way the list is sorted. Where none
    can be absent it is left unsaid, so that an index serves both ways.
    """
    last = True if _may_be_absent(rows, name) else None
    return F(name).desc(nulls_last=last) if downwards else F(name).asc(nulls_last=last)


def _may_be_absent(rows: QuerySet[Any], name: str) -> bool:
    if name in rows.query.annotations:
        return True
    model: Any = rows.model
    for part in name.split(LOOKUP_SEP):
        field = model._meta.get_field(part)
        if getattr(field, "output_field", field).null:  # a generated field's own says nothing
            return True
        model = field.related_model
    return False
