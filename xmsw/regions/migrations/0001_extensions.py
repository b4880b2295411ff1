"""Extensions that constraints and search need; trusted ones, so the database owner may create them."""

from typing import ClassVar

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar = []
    operations: ClassVar = [BtreeGistExtension(), TrigramExtension()]
