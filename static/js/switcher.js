// Shows places while they are typed. Without script the form's button does the same.
document.addEventListener("DOMContentLoaded", function () {
  "use strict";
  var form = document.querySelector("[data-switcher]");
  var found = document.getElementById("found");
  if (!form || !found) return;
  var input = form.querySelector("input[name=q]");
  var next = form.querySelector("input[name=next]"); // places near the city one comes from stand first
  var timer = 0;
  var turn = 0;
  var composing = false;

  function show() {
    var mine = ++turn;
    if (!input.value.trim()) { found.textContent = ""; return; }
    var address = form.action + "?part=results&q=" + encodeURIComponent(input.value.trim()) +
      (next ? "&next=" + encodeURIComponent(next.value) : "");
    fetch(address)
      .then((answer) => answer.ok ? answer.text() : "")
      .then(function (html) { if (mine === turn && html) found.innerHTML = html; })
      .catch(function () { /* the button still works */ });
  }
  function soon() {
    clearTimeout(timer);
    if (!composing) timer = setTimeout(show, 200);
  }

  input.addEventListener("compositionstart", function () { composing = true; });
  input.addEventListener("compositionend", function () { composing = false; soon(); });
  input.addEventListener("input", soon);
});
