import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

# A price once recorded stays: what a dose cost must be found again years later.
GUARD = """
CREATE FUNCTION catalogue_guard_price() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'catalogue: the price of product % from % stays', OLD.product_id, OLD.valid_from
        USING ERRCODE = 'restrict_violation', HINT = 'Record the new price with the day it holds from.';
END $$;
CREATE TRIGGER catalogue_guard_price BEFORE UPDATE OR DELETE ON catalogue_productprice
    FOR EACH ROW EXECUTE FUNCTION catalogue_guard_price();
"""
UNGUARD = """
DROP TRIGGER catalogue_guard_price ON catalogue_productprice;
DROP FUNCTION catalogue_guard_price();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0004_who_changed_a_draft'),
    ]

    operations = [
        migrations.CreateModel(
            name='Product',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=100, unique=True)),
                ('manufacturer', models.CharField(max_length=100)),
                ('atc', models.CharField(default='J06BA02', max_length=7)),
                ('sizes_g', django.contrib.postgres.fields.ArrayField(base_field=models.DecimalField(decimal_places=2, max_digits=5), help_text='Vials in grams, the smallest first', size=None)),
                ('g_per_100_ml', models.DecimalField(decimal_places=2, max_digits=5)),
                ('stabiliser', models.CharField(choices=[('none', 'no stabiliser'), ('glycine', 'glycine'), ('proline', 'proline'), ('glucose', 'glucose'), ('maltose', 'maltose'), ('sorbitol', 'sorbitol'), ('sucrose', 'sucrose')], default='none', max_length=10)),
                ('iga_ug_ml', models.DecimalField(blank=True, decimal_places=2, help_text='µg/mL at most; empty: not stated', max_digits=8, null=True)),
                ('is_active', models.BooleanField(default=True)),
                ('loaded_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.CheckConstraint(condition=models.Q(('g_per_100_ml__gt', 0)), name='product_concentration_above_zero'), models.CheckConstraint(condition=models.Q(('sizes_g__len__gt', 0)), name='product_has_a_vial')],
            },
        ),
        migrations.CreateModel(
            name='ProductPrice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField()),
                ('euro_per_g', models.DecimalField(decimal_places=2, max_digits=8)),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='prices', to='catalogue.product')),
            ],
            options={
                'ordering': ['product', 'valid_from'],
                'constraints': [models.UniqueConstraint(fields=('product', 'valid_from'), name='product_price_once_a_day'), models.CheckConstraint(condition=models.Q(('euro_per_g__gte', 0)), name='product_price_not_below_zero')],
            },
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
