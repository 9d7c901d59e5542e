from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kampanj", "0019_supplement")]

    operations = [
        migrations.AlterField(
            model_name="alarm",
            name="kind",
            field=models.CharField(
                choices=[
                    ("standing", "letters stand still"),
                    ("paused", "a mailing has paused by itself"),
                    ("not_started", "a mailing has not started"),
                    ("clock", "the clock stood still"),
                    ("backup", "no backup has been made"),
                ],
                max_length=12,
            ),
        ),
    ]
