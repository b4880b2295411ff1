"""Accounts of employers' people are known once they belong to a registered employer; no notices of this app's own."""

from posts.models import Membership
from xmsw.accounts.roles import Role
from xmsw.notices.known import known_where

known_where(Role.EMPLOYER_STAFF, lambda user: Membership.objects.filter(user=user).exists())
