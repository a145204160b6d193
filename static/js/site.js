// What this browser can do, and large text, kept in this browser only. Loaded in <head> without
// defer: both must stand before the first paint, or every page would jump.
(function () {
  "use strict";
  var KEY = "large";
  var root = document.documentElement;
  root.setAttribute("data-script", "");
  if (window.PublicKeyCredential) root.setAttribute("data-passkeys", "");

  function kept() {
    try { return localStorage.getItem(KEY) === "1"; } catch (_) { return false; }
  }
  function keep(on) {
    try { on ? localStorage.setItem(KEY, "1") : localStorage.removeItem(KEY); } catch (_) { /* private mode */ }
  }
  function apply(on) {
    root.toggleAttribute("data-large", on);
    document.querySelectorAll("[data-large-toggle]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(on));
    });
  }

  apply(kept());
  document.addEventListener("DOMContentLoaded", function () { apply(kept()); });
  document.addEventListener("click", function (event) {
    if (!event.target.closest("[data-large-toggle]")) return;
    var on = !root.hasAttribute("data-large");
    keep(on);
    apply(on);
  });
  // Keeps a page for when there is no network. Not on a page without a network, nor without https.
  if ("serviceWorker" in navigator && window.isSecureContext) {
    window.addEventListener("load", function () {
      navigator.serviceWorker.register("/service-worker.js").catch(function () { /* works without */ });
    });
  }
  window.addEventListener("storage", function (event) {
    if (event.key === KEY) apply(kept());
  });
})();
