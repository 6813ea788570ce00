"""Proposals that an application is not admissible, settled once; appeals, which never change."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


SETTLED_ONCE = """
CREATE FUNCTION approvals_inadmissibility_settled_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.settled_at IS NULL
     AND (NEW.id, NEW.application_id, NEW.reason_codes, NEW.text, NEW.proposed_at, NEW.proposed_by_id)
         IS NOT DISTINCT FROM
         (OLD.id, OLD.application_id, OLD.reason_codes, OLD.text, OLD.proposed_at, OLD.proposed_by_id) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'proposal % is append-only: % refused', OLD.id, TG_OP USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER settled_once BEFORE UPDATE OR DELETE ON approvals_inadmissibility
  FOR EACH ROW EXECUTE FUNCTION approvals_inadmissibility_settled_once();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON approvals_inadmissibility
  FOR EACH STATEMENT EXECUTE FUNCTION approvals_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON approvals_appeal
  FOR EACH ROW EXECUTE FUNCTION approvals_refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON approvals_appeal
  FOR EACH STATEMENT EXECUTE FUNCTION approvals_refuse_change();
"""
AS_BEFORE = """
DROP FUNCTION approvals_inadmissibility_settled_once CASCADE;
DROP TRIGGER never_emptied ON approvals_inadmissibility;
DROP TRIGGER append_only ON approvals_appeal;
DROP TRIGGER never_emptied ON approvals_appeal;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('approvals', '0014_precedents_and_identity_on_request'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Appeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ground', models.CharField(choices=[('new_information', 'New clinical information'), ('procedure', 'An error of procedure')], max_length=20)),
                ('text', models.TextField()),
                ('appealed_at', models.DateTimeField()),
                ('appealed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('application', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='appeal_made', to='approvals.application')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='appeal_says_why')],
            },
        ),
        migrations.CreateModel(
            name='Inadmissibility',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason_codes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('R01', 'Criteria not met'), ('R02', 'Approved treatment neither tried nor contraindicated'), ('R03', 'Insufficient or contradictory evidence'), ('R04', 'Diagnosis not confirmed'), ('R05', 'Dose or duration beyond the schedule without justification'), ('R06', 'No measurable outcome'), ('R07', 'Safety risk not mitigated'), ('R08', 'On-label use: no approval needed'), ('R09', 'Research: belongs to the ethics committee'), ('R10', 'Another product'), ('R11', 'Prioritisation during a shortage'), ('R12', 'Duplicate of an active authorisation'), ('R13', 'Consent missing'), ('R14', 'No benefit at reassessment'), ('R15', 'Procedural')], max_length=3), size=None)),
                ('text', models.TextField()),
                ('proposed_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(null=True)),
                ('is_countersigned', models.BooleanField(default=False)),
                ('objection', models.TextField(blank=True)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='inadmissibilities', to='approvals.application')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'get_latest_by': 'proposed_at',
                'constraints': [models.UniqueConstraint(condition=models.Q(('settled_at', None)), fields=('application',), name='one_open_proposal_per_application'), models.CheckConstraint(condition=models.Q(models.Q(('text', ''), _negated=True), models.Q(('reason_codes', []), _negated=True)), name='inadmissibility_says_why'), models.CheckConstraint(condition=models.Q(models.Q(('is_countersigned', False), ('objection', ''), ('settled_at', None), ('settled_by', None)), models.Q(('is_countersigned', True), ('objection', ''), ('settled_at__isnull', False), ('settled_by__isnull', False)), models.Q(('is_countersigned', False), ('settled_at__isnull', False), ('settled_by__isnull', False), models.Q(('objection', ''), _negated=True)), _connector='OR'), name='countersigned_or_objected_to'), models.CheckConstraint(condition=models.Q(('is_countersigned', False), models.Q(('settled_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='countersigned_by_somebody_else')],
            },
        ),
        migrations.RunSQL(SETTLED_ONCE, AS_BEFORE),
    ]
