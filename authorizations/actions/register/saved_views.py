"""Keeping a list as it is filtered now, under a name, and taking that back."""

from datetime import datetime

from accounts.models import Organization, User
from authorizations.actions.door import action, insert, new_values, update
from authorizations.actions.refusals import Blocked, NoLongerPossible, NotPermitted
from authorizations.models import SavedView
from authorizations.models.register.saved_view import LONGEST_NAME, LONGEST_QUERY
from authorizations.policy import Capability
from authorizations.sanitize import one_line, storable

MOST = 30


def save_view(
    *, actor: User, listing: str, name: str, query: str, organization: Organization | None, now: datetime
) -> SavedView:
    """Keeps a view; one of the actor's own with this name is replaced, so that a second press changes nothing.

    Args:
        organization: with whose members it is shared; None: it is the actor's alone.

    Raises:
        Blocked: it has no name, or there are too many.
    """
    name = one_line(storable(name))[:LONGEST_NAME].strip()
    with action(actor, Capability.SEE_DESK, now=now) as act:
        if not name:
            raise Blocked("Give the view a name.")
        if len(query) > LONGEST_QUERY:
            raise Blocked("This list has too many filters to be kept.")
        if organization is not None and organization not in actor.organizations:
            raise NotPermitted("A view is shared with an organization of your own.")
        # Two presses wait for each other.
        User.objects.select_for_update().get(pk=actor.pk)
        own = SavedView.objects.own(actor).filter(listing=listing)
        view: SavedView | None = own.filter(name=name).first()
        values = {"query": query, "organization": organization}
        if view is not None:
            act.record("savedview.changed", view, changes=update(view, **values))
            return view
        if own.count() >= MOST:
            raise NoLongerPossible(f"You have {MOST} views already. Remove one first.")
        view = SavedView(user=actor, listing=listing, name=name, **values)
        insert(view)
        act.record("savedview.kept", view, changes=new_values(name=name, **values))
    return view


def remove_view(public_id: str, *, actor: User, now: datetime) -> None:
    """Takes a view of the actor's own back."""
    with action(actor, now=now) as act:
        view: SavedView = SavedView.objects.own(actor).select_for_update().get(public_id=public_id)
        act.record("savedview.removed", view, changes={"name": [view.name, None]})
        view.delete()
