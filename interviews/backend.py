from hashlib import sha256
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from interviews.models import User
from interviews.models.accounts.account import RIGHTS

WITH_RIGHTS = """
SELECT who.*, ARRAY(
    SELECT kind.app_label || '.' || permission.codename
    FROM auth_permission permission JOIN django_content_type kind ON kind.id = permission.content_type_id
    WHERE permission.id IN (
        SELECT permission_id FROM interviews_user_user_permissions WHERE user_id = who.id
        UNION ALL
        SELECT permission_id FROM auth_group_permissions JOIN interviews_user_groups USING (group_id)
        WHERE user_id = who.id
    )
) AS held, ARRAY(
    SELECT interview_id || role FROM interviews_assignment WHERE user_id = who.id
) AS assigned, (
    SELECT id FROM otp_totp_totpdevice WHERE user_id = who.id AND confirmed ORDER BY id LIMIT 1
) AS app_id
FROM interviews_user who WHERE id = %s
"""


class Rights(ModelBackend):
    """Load the user of a request with all rights and the second factor, by one query.

    Django asks for the user, for what was given to them and for what was given to their groups: a fifth of what a post
    cost.
    """

    def get_user(self, user_id: int) -> Any:
        found: Any = User.objects.raw(WITH_RIGHTS, [user_id])
        for user in found:
            user.held = set(user.held)
            user.rights = _digest(user)
            return user if self.user_can_authenticate(user) else None
        return None

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if hasattr(user_obj, "held") and user_obj.is_active and not user_obj.is_superuser and obj is None:
            return user_obj.held  # type: ignore[no-any-return]
        # a superuser may do everything; no rights are given for one object
        return super().get_all_permissions(user_obj, obj)


def _digest(user: Any) -> str:
    """Return a short text that differs for a user with other rights."""
    rights = [*user.held, *user.assigned, f"staff {user.is_staff}", f"superuser {user.is_superuser}"]
    return sha256(" ".join(sorted(rights)).encode()).hexdigest()[:16]


@receiver(user_logged_in)
def _note_rights(request: HttpRequest, user: User, **about: Any) -> None:
    if known := Rights().get_user(user.pk):
        request.session[RIGHTS] = known.rights


def user_of(session: Any) -> User | None:
    """Return whose session this is, with all rights; end it if it is good no longer, so that nothing can revive it."""
    if not (pk := session.get(SESSION_KEY)):
        return None
    user: User | None = Rights().get_user(int(pk))
    if user and user.accepts(session.get(HASH_SESSION_KEY, "")) and user.may_use(session):
        return user
    session.delete()
    return None
