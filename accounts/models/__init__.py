"""The record types of the ground floor, one file each."""
# ruff: noqa: F401

from accounts.models.access_token import AccessToken
from accounts.models.delegation import Delegation
from accounts.models.invitation import Invitation
from accounts.models.join_request import JoinRequest
from accounts.models.membership import Membership
from accounts.models.organization import Alias, FeedId, Organization
from accounts.models.published import Published
from accounts.models.session import Session
from accounts.models.user import User
