from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Fields are drawn by our own template: label, hint, error, field, in this order."""

    field_template_name = "forms/field.html"
