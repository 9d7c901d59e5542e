import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('kampanj', '0014_folder'),
    ]

    operations = [
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('key', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('value', models.BigIntegerField(default=0)),
                ('words', models.CharField(blank=True, max_length=300)),
                ('per_minute', models.FloatField(null=True)),
                ('since', models.DateTimeField(default=django.utils.timezone.now)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'reading',
                'verbose_name_plural': 'readings',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='RenderTime',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(max_length=20)),
                ('up_to', models.CharField(help_text='Seconds, or +Inf.', max_length=8)),
                ('count', models.PositiveBigIntegerField(default=0)),
                ('seconds', models.FloatField(default=0)),
            ],
            options={
                'verbose_name': 'time to make a file',
                'verbose_name_plural': 'times to make files',
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('what', 'up_to'), name='one_row_per_limit')],
            },
        ),
        migrations.CreateModel(
            name='Alarm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('standing', 'letters stand still'), ('paused', 'a mailing has paused by itself'), ('not_started', 'a mailing has not started'), ('clock', 'the clock stood still')], max_length=12)),
                ('words', models.CharField(blank=True, max_length=300)),
                ('began_at', models.DateTimeField()),
                ('told_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('end_told_at', models.DateTimeField(null=True)),
                ('mailing', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='kampanj.mailing')),
            ],
            options={
                'verbose_name': 'alarm',
                'verbose_name_plural': 'alarms',
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('kind', 'mailing'), name='one_alarm_at_a_time'), models.UniqueConstraint(condition=models.Q(('ended_at', None), ('mailing', None)), fields=('kind',), name='one_alarm_without_mailing')],
            },
        ),
    ]
