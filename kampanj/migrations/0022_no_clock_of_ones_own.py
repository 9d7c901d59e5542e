from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def take_back(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The account has no field for another time zone any more: who chose one before would never get rid of it."""
    profiles = apps.get_model("wagtailusers", "UserProfile").objects.using(schema_editor.connection.alias)
    profiles.exclude(current_time_zone="").update(current_time_zone="")


class Migration(migrations.Migration):
    dependencies = [
        ("kampanj", "0021_answer_read"),
        ("wagtailusers", "0015_userprofile_keyboard_shortcuts"),
    ]

    operations = [
        migrations.RunPython(take_back, migrations.RunPython.noop, elidable=True),
    ]
