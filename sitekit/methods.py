"""How pages may be asked for, beside Django's own `require_safe` and `require_POST`."""

from django.views.decorators.http import require_http_methods

# A page that shows its form, and takes it.
form_page = require_http_methods(["GET", "HEAD", "POST"])
