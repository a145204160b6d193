// Fields that look up rows post what is typed: it may be a contact, and addresses are logged.
django.jQuery.ajaxSetup({
  beforeSend: (request) => request.setRequestHeader("X-CSRFToken", document.querySelector("[name=csrfmiddlewaretoken]").value),
});
