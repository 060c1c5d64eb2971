"""What people do to their own account: a new password, ending sessions begun elsewhere, no more first steps."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password

from accounts.models import Session, User
from authorizations.actions.door import action, update
from authorizations.actions.refusals import NoLongerPossible
from authorizations.policy import Capability


def change_password(*, actor: User, password: str, kept: str, now: datetime) -> None:
    """Sets a new password of the actor's own, and ends their other sessions.

    Args:
        kept: the key of the session that goes on.

    Raises:
        ValidationError: the password is too short, or would be guessed.
    """
    with action(actor, now=now) as act:
        person = User.objects.select_for_update().get(pk=actor.pk)
        validate_password(password, person)
        person.set_password(password)
        person.save(update_fields=["password"])
        Session.objects.filter(user=person).exclude(session_key=kept).delete()
        # The audit log says that it changed; neither the old nor the new one is in it, not even as a hash.
        act.record("user.password_changed", person)
    actor.password = person.password


def end_sessions(*, actor: User, now: datetime, kept: str = "", handle: str = "") -> int:
    """Ends sessions of the actor's own at once: the one with ``handle``, or all but the one whose key is ``kept``.

    Returns: how many; none where nothing of the kind is left, and then nothing is recorded.
    """
    own = [each for each in Session.objects.own(actor, now) if each.session_key != kept]
    ended = [each for each in own if handle in {"", each.handle}]
    if ended:
        with action(actor, now=now) as act:
            Session.objects.filter(session_key__in=[each.session_key for each in ended]).delete()
            act.record("user.sessions_ended", actor, changes={"sessions": [len(ended), 0]})
    return len(ended)


def put_first_steps_away(*, actor: User, now: datetime) -> None:
    """Keeps the first steps from the actor's home from now on; a second press changes nothing."""
    with action(actor, Capability.LEAD_PEOPLE, now=now) as act:
        person = User.objects.select_for_update().get(pk=actor.pk)
        if person.first_steps_put_away_at is not None:
            raise NoLongerPossible("The first steps are put away already.")
        act.record("user.first_steps_put_away", person, changes=update(person, first_steps_put_away_at=now))
