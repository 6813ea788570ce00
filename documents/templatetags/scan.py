"""`{{ address|qr }}` in a letter's template."""

from django import template

from documents.qr import picture

register = template.Library()
register.filter("qr", picture)
