"""Stories of outstanding people (三(三)-6): nothing is public without the person's recorded consent and an approval."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from hashlib import sha256
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from talents.kinds_of_notices import STORY
from talents.models import Employment, PersonStory
from xmsw.accounts.roles import Capability
from xmsw.notices.writing import Told, tell
from xmsw.workflow.actions import attachments, held, note
from xmsw.workflow.refusals import Refused
from xmsw.workflow.registry import Decision, Move, get

if TYPE_CHECKING:
    from xmsw.accounts.models import User

KEY = "story"
PHOTO = "照片"  # a picture of that name is the one to publish; it is no signed form
ONLINE, ONLINE_WITH_PHOTO = "本人在线同意：在平台公开姓名和事迹", "本人在线同意：在平台公开姓名、事迹和照片"
WRITERS = (Capability.APPLY, Capability.RECORD_PUBLICITY)
_S = PersonStory.State
CONSENT = ("consent_on", "consent_scope", "photo_agreed")
EDITABLE = (_S.DRAFT, _S.RETURNED)
WITHDRAWN = Move("withdraw-consent", "本人撤回同意", (_S.PUBLISHED,), _S.RETIRED, Capability.OWN_RECORD)


def write(user: User, story: PersonStory, changed: Collection[str]) -> PersonStory:
    """Store a draft; `changed` names its changed fields. A changed text needs a new consent, online or on paper.

    Raises PermissionDenied, Refused, Overtaken where it was handed in meanwhile.
    """
    if not any(map(user.can, WRITERS)):
        raise PermissionDenied
    here = Employment.objects.visible_to(user).filter(worker=story.worker).in_force(timezone.localdate())
    present = here.select_related("employer").order_by("-start").first()
    if present is None:
        raise Refused("此人现在不在你范围内的单位任职，不能写事迹。")
    story.employer = present.employer
    fresh = story.pk is None
    with transaction.atomic():
        stored = None if fresh else held(PersonStory, story.pk, EDITABLE)
        for name in CONSENT if stored is not None else ():
            if stored.consented_online or name not in changed:  # as it is now: a new photo may have voided it
                setattr(story, name, getattr(stored, name))
        story.consented_online = stored is not None and stored.consented_online
        if {"title", "text"} & set(changed) and (story.consented_online or "consent_on" not in changed):
            story.void_consent()
        story.save()
    account = story.worker.account
    if fresh and account and PersonStory.objects.visible_to(account).filter(pk=story.pk).exists():
        title, url = f"有一篇写你的事迹：{story.title}", reverse("talents:story", args=[story.pk])
        tell(STORY, [Told(account.pk, story.pk, "", title, "请看内容。你同意了才会公开，以后也可以撤回。", url)])
    return story


def unready(story: PersonStory) -> Iterator[str]:
    """Sentences against handing it in or publishing it."""
    if story.consent_on is None or not story.consent_scope:
        yield "还没有本人同意的记录：请本人在自己的账号里同意，或填写书面同意的日期和范围并上传签字件。"
    elif story.consent_on > timezone.localdate():
        yield "本人同意的日期不能晚于今天。"
    elif not story.consented_online and not attachments(KEY, story.pk).exclude(name__startswith=PHOTO).exists():
        yield "请上传本人签字的同意书。"


def filed(story: PersonStory, name: str) -> None:
    """A photo that comes or goes is another one than the person agreed to; what waits for approval keeps its photo."""
    if not name.startswith(PHOTO):
        return
    if story.state == _S.SUBMITTED:
        raise Refused("已经提交审核的事迹不能换照片。要换的话，请先撤回，换好以后请本人重新同意。")
    story.void_consent()
    story.save()


def publish(user: User, story: PersonStory, decision: Decision) -> None:
    """Effect of the approval."""
    story.approved_by, story.published_on = user, timezone.localdate()


def version(story: PersonStory) -> str:
    """What there is to agree to, as 16 hex digits: title, text, photos."""
    photos = attachments(KEY, story.pk).filter(name__startswith=PHOTO).values_list("pk", flat=True)
    return sha256("\n".join([story.title, story.text, *map(str, photos)]).encode()).hexdigest()[:16]


def consent(user: User, pk: int, *, photo: bool = False, seen: str | None = None) -> PersonStory:
    """The person agrees, in the own account, and says whether the photo may be public too; `seen`: the version read.

    Raises DoesNotExist, PermissionDenied, Refused where no officer has met whoever uses the account.
    """
    with transaction.atomic():
        story = PersonStory.objects.visible_to(user).select_for_update(of=("self",)).get(pk=pk)
        _own(user, story)
        if not story.worker.account_met:
            raise Refused("你的账号还没有经区民政局当面确认，不能在线同意。请带身份证去区民政局确认，或签书面同意书。")
        if seen is not None and seen != version(story):
            raise Refused("这篇事迹刚刚改过，没有记录你的同意。请看最新的内容，再点一次。")
        story.consent_on, story.consented_online, story.photo_agreed = timezone.localdate(), True, photo
        story.consent_scope = ONLINE_WITH_PHOTO if photo else ONLINE
        story.save()
    return story


def withdraw(user: User, pk: int) -> PersonStory:
    """The person no longer agrees: a public story is taken down at once. Raises DoesNotExist."""
    with transaction.atomic():
        story = PersonStory.objects.visible_to(user).select_for_update(of=("self",)).get(pk=pk)
        _own(user, story)
        before = story.state
        story.void_consent()
        if story.state == _S.PUBLISHED:
            story.state = _S.RETIRED
        story.save()
        if before == _S.PUBLISHED:
            note(user, get(KEY), pk, WITHDRAWN, before, Decision("本人撤回同意"))
    return story


def _own(user: User, story: PersonStory) -> None:
    if not user.can(Capability.OWN_RECORD) or story.worker.account_id != user.pk:
        raise PermissionDenied
