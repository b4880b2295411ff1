"""Personal data at rest."""

import base64

import pytest
from django.db import connection

from talents.models import SocialWorker
from tests import builders as make
from xmsw.audit.models import AccessLog
from xmsw.audit.sealed import Unsealable, lookup_hash, masked, seal, unseal

OLD = "1:" + base64.b64encode(b"o" * 32).decode()
NEW = "2:" + base64.b64encode(b"n" * 32).decode()


def test_a_sealed_value_opens_again_and_never_looks_the_same():
    assert unseal(seal("350203199001010018")) == "350203199001010018"
    assert seal("x") != seal("x")


def test_keys_rotate(settings):
    settings.DATA_KEYS = OLD
    sealed = seal("手机")
    settings.DATA_KEYS = f"{NEW},{OLD}"
    assert unseal(sealed) == "手机"
    assert seal("手机")[0] == 2
    settings.DATA_KEYS = NEW
    with pytest.raises(Unsealable):
        unseal(sealed)


def test_a_changed_byte_is_refused():
    sealed = bytearray(seal("350203"))
    sealed[-1] ^= 1
    with pytest.raises(Unsealable):
        unseal(bytes(sealed))


def test_masks_show_head_and_tail_only():
    assert masked("35020319900101001X") == "3502••••••••••001X"
    assert masked("1234") == "••••"
    assert masked(None) == ""


@pytest.mark.django_db
def test_the_database_holds_no_plain_identity_number():
    worker = make.make_worker(identity="350203199001010012", phone="13800001234")
    with connection.cursor() as cursor:
        cursor.execute("SELECT w::text FROM talents_socialworker w")
        stored = cursor.fetchone()[0]
        cursor.execute("SELECT e::text FROM talents_socialworkerevent e")
        history = cursor.fetchone()[0]
    for text in (stored, history):
        assert "350203199001010012" not in text
        assert "13800001234" not in text
        assert b"350203199001010012".hex() not in text
    found = SocialWorker.objects.get(identity_hash=lookup_hash("350203199001010012"))
    assert (found.identity, found.phone, found.phone_mask) == (worker.identity, "13800001234", "138••••1234")


@pytest.mark.django_db
def test_the_access_log_cannot_be_rewritten():
    log = AccessLog.objects.create(
        user=make.make_user("city_officer"), subject="worker", subject_id=1, field="identity"
    )
    with pytest.raises(Exception, match="Cannot update"):
        AccessLog.objects.filter(pk=log.pk).update(reason="x")
