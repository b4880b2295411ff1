"""Stories of outstanding people (三(三)-6): nothing is public without the person's recorded consent and an approval."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from talents.models import Employment, PersonStory
from xmsw.accounts.roles import Capability
from xmsw.notices.models import Notice
from xmsw.workflow.actions import attachments, note
from xmsw.workflow.refusals import Refused
from xmsw.workflow.registry import Decision, Move, get

if TYPE_CHECKING:
    from xmsw.accounts.models import User

KEY = "story"
ONLINE = "本人在线同意：在平台公开姓名、事迹和照片"
WRITERS = (Capability.APPLY, Capability.RECORD_PUBLICITY)
_S = PersonStory.State
WITHDRAWN = Move("withdraw-consent", "本人撤回同意", (_S.PUBLISHED,), _S.RETIRED, Capability.OWN_RECORD)


def write(user: User, story: PersonStory, *, changed: bool) -> PersonStory:
    """Store a draft; a changed text needs a new consent. Raises PermissionDenied, Refused."""
    if not any(map(user.can, WRITERS)):
        raise PermissionDenied
    here = Employment.objects.visible_to(user).filter(worker=story.worker).in_force(timezone.localdate())
    present = here.select_related("employer").order_by("-start").first()
    if present is None:
        raise Refused("此人现在不在你范围内的单位任职，不能写事迹。")
    story.employer = present.employer
    if changed and story.consent_scope == ONLINE:
        story.consent_on, story.consent_scope = None, ""
    fresh = story.pk is None
    story.save()
    if fresh and story.worker.account_id:
        Notice.objects.create(
            user_id=story.worker.account_id,
            code=KEY,
            subject_id=story.pk,
            title=f"有一篇写你的事迹：{story.title}"[:200],
            text="请看内容。你同意了才会公开，以后也可以撤回。",
            url=reverse("talents:story", args=[story.pk]),
        )
    return story


def unready(story: PersonStory) -> Iterator[str]:
    """Sentences against handing it in or publishing it."""
    if story.consent_on is None or not story.consent_scope:
        yield "还没有本人同意的记录：请本人在自己的账号里同意，或填写书面同意的日期和范围并上传签字件。"
    elif story.consent_on > timezone.localdate():
        yield "本人同意的日期不能晚于今天。"
    elif story.consent_scope != ONLINE and not attachments(KEY, story.pk).exists():
        yield "请上传本人签字的同意书。"


def publish(user: User, story: PersonStory, decision: Decision) -> None:
    """Effect of the approval."""
    story.approved_by, story.published_on = user, timezone.localdate()


def consent(user: User, pk: int) -> PersonStory:
    """The person agrees, in the own account. Raises DoesNotExist."""
    with transaction.atomic():
        story = PersonStory.objects.visible_to(user).select_for_update(of=("self",)).get(pk=pk)
        _own(user, story)
        story.consent_on, story.consent_scope = timezone.localdate(), ONLINE
        story.save()
    return story


def withdraw(user: User, pk: int) -> PersonStory:
    """The person no longer agrees: a public story is taken down at once. Raises DoesNotExist."""
    with transaction.atomic():
        story = PersonStory.objects.visible_to(user).select_for_update(of=("self",)).get(pk=pk)
        _own(user, story)
        before, story.consent_on, story.consent_scope = story.state, None, ""
        if story.state == _S.PUBLISHED:
            story.state = _S.RETIRED
        story.save()
        if before == _S.PUBLISHED:
            note(user, get(KEY), pk, WITHDRAWN, before, Decision("本人撤回同意"))
    return story


def _own(user: User, story: PersonStory) -> None:
    if not user.can(Capability.OWN_RECORD) or story.worker.account_id != user.pk:
        raise PermissionDenied
