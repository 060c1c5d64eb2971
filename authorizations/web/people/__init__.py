"""People: accounts, memberships, invitations, delegations."""
