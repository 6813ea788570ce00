
import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0004_what_people_are'),
        ('approvals', '0011_what_a_hearing_refuses'),
        ('documents', '0003_minutes_and_provisional_letters'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Sitting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', django_fsm.FSMField(choices=[('scheduled', 'Scheduled'), ('open', 'In session'), ('closed', 'Closed'), ('minuted', 'Minutes signed'), ('cancelled', 'Cancelled')], default='scheduled', editable=False, max_length=50)),
                ('number', models.CharField(max_length=20, unique=True)),
                ('mode', models.CharField(choices=[('meeting', 'Meeting'), ('virtual', 'Virtual round')], max_length=10)),
                ('begins', models.DateTimeField()),
                ('voting_until', models.DateTimeField(null=True)),
                ('place', models.CharField(blank=True, max_length=200)),
                ('version', models.PositiveIntegerField(default=0)),
                ('convened_at', models.DateTimeField()),
                ('opened_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('cancelled_because', models.TextField(blank=True)),
                ('remarks', models.TextField(blank=True)),
                ('signed_at', models.DateTimeField(null=True)),
                ('cancelled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('convened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('hospital', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.hospital')),
                ('minutes', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document')),
                ('opened_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('signed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Item',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('note', models.TextField(blank=True, help_text='What the minutes say of the discussion')),
                ('added_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(null=True)),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='approvals.application')),
                ('hearing', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='item', to='approvals.hearing')),
                ('removed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sitting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='committee.sitting')),
            ],
            options={
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Attendance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('arrived_at', models.DateTimeField()),
                ('left_at', models.DateTimeField(null=True)),
                ('arrived_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('left_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sitting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendances', to='committee.sitting')),
            ],
            options={
                'ordering': ['arrived_at', 'pk'],
            },
        ),
        migrations.AddIndex(
            model_name='sitting',
            index=models.Index(models.F('hospital'), models.F('begins'), models.F('id'), name='sittings_by_date'),
        ),
        migrations.AddConstraint(
            model_name='sitting',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('mode', 'meeting'), ('voting_until', None)), models.Q(('mode', 'virtual'), ('voting_until__gt', models.F('begins')), ('voting_until__isnull', False)), _connector='OR'), name='virtual_sitting_has_an_end'),
        ),
        migrations.AddConstraint(
            model_name='sitting',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('opened_at', None), ('status', 'scheduled')), models.Q(('cancelled_at__isnull', False), ('status', 'cancelled')), models.Q(('closed_at', None), ('opened_at__isnull', False), ('status', 'open')), models.Q(('closed_at__isnull', False), ('signed_at', None), ('status', 'closed')), models.Q(('closed_at__isnull', False), ('signed_at__isnull', False), ('status', 'minuted')), _connector='OR'), name='sitting_status_says_what_happened'),
        ),
        migrations.AddConstraint(
            model_name='item',
            constraint=models.UniqueConstraint(condition=models.Q(('hearing', None), ('removed_at', None)), fields=('application',), name='waits_on_one_agenda_only'),
        ),
        migrations.AddConstraint(
            model_name='item',
            constraint=models.CheckConstraint(condition=models.Q(('hearing', None), ('removed_at', None), _connector='OR'), name='what_was_heard_stays_on_the_agenda'),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.UniqueConstraint(condition=models.Q(('left_at', None)), fields=('sitting', 'member'), name='in_the_room_once_at_a_time'),
        ),
    ]
