// What this browser can do, large text and the city that was visited last, kept in this browser only. Loaded in <head> without
// defer: both must stand before the first paint, or every page would jump.
(function () {
  "use strict";
  var KEY = "large";
  var root = document.documentElement;
  root.setAttribute("data-script", "");
  // Set with the session: whether rows leave room for what the reader has done (states.js).
  if (/(^|; )session_hint=1/.test(document.cookie)) root.setAttribute("data-member", "");
  if (window.PublicKeyCredential) root.setAttribute("data-passkeys", "");

  function kept() {
    try { return localStorage.getItem(KEY) === "1"; } catch (_) { return false; }
  }
  function keep(on) {
    try { on ? localStorage.setItem(KEY, "1") : localStorage.removeItem(KEY); } catch (_) { /* private mode */ }
  }
  // A window has room for fewer large letters: the widths that the style sheet asks for grow by what tokens.css gives
  // the letters, so that a page is laid out as under the browser's own zoom. Not the heights: a low phone needs its bars.
  var widths = [];
  function findWidths(rules) {
    for (var rule of rules) {
      if (rule.media) widths.push([rule.media, rule.media.mediaText]);
      if (rule.cssRules) findWidths(rule.cssRules);
    }
  }
  function fitWidths(on) {
    var sheet = document.querySelector("link[rel=stylesheet]").sheet;
    if (on && sheet && !widths.length) findWidths(sheet.cssRules);
    for (var [media, usual] of widths) {
      media.mediaText = on ? usual.replace(/(width: )([\d.]+)/g, (_, name, rems) => name + 1.25 * rems) : usual;
    }
  }
  function apply(on) {
    if (on !== root.hasAttribute("data-large")) fitWidths(on);
    root.toggleAttribute("data-large", on);
    document.querySelectorAll("[data-large-toggle]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(on));
    });
  }

  // Letters so large, however they were made so, that a bar at the bottom would cover half of a phone. A style sheet can
  // measure them within a container only, and in one older browsers fix nothing to the window.
  function measure() {
    root.toggleAttribute("data-huge", innerWidth < 17 * parseFloat(getComputedStyle(root).fontSize));
  }

  apply(kept());
  measure();
  document.addEventListener("DOMContentLoaded", function () {
    apply(kept());
    new ResizeObserver(function () { requestAnimationFrame(measure); }).observe(document.body);
  });
  document.addEventListener("click", function (event) {
    if (!event.target.closest("[data-large-toggle]")) return;
    var on = !root.hasAttribute("data-large");
    keep(on);
    apply(on);
  });
  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) window.print();
  });
  // Whoever comes back to a form that was sent is told so. A page that answers a form, mostly for its faults, becomes one
  // that is asked for: coming back to it would show the browser's own page, which asks whether to send it again.
  var sent = "sent " + location.pathname + location.search;
  var posted = root.hasAttribute("data-posted");
  function isOurForm(form) { return form.method === "post" && form.noValidate; }
  function tab(use) { try { return use(sessionStorage); } catch (_) { /* private mode */ } }
  if (posted) history.replaceState(null, "", location.href);
  document.addEventListener("submit", function (event) {
    if (isOurForm(event.target)) tab(function (kept) { kept.setItem(sent, "1"); });
  });
  // A second press breaks off the answer to the first, and with it what that set, a sign-in for instance. After some
  // seconds it counts again: an answer may be a file. Forms that another script sends are not meant; it was called before.
  var pressed, pressedAt;
  window.addEventListener("submit", function (event) {
    var form = event.target;
    if (!isOurForm(form) || form.target || event.defaultPrevented) return;
    if (form === pressed && event.timeStamp - pressedAt < 5000) return event.preventDefault();
    pressed = form;
    pressedAt = event.timeStamp;
  });
  window.addEventListener("pageshow", function (event) {
    pressed = null;
    var entry = performance.getEntriesByType("navigation")[0];
    if (posted || !event.persisted && (!entry || entry.type !== "back_forward")) {
      tab(function (kept) { kept.removeItem(sent); });
      return;
    }
    var form = [...document.querySelectorAll("main form")].find(isOurForm);
    if (!form || form.dataset.said || !tab((kept) => kept.getItem(sent))) return;
    form.dataset.said = "1";
    // Beside the button, since a long form opens where it was left.
    var button = form.querySelector(".btn.p[type=submit]") || form.lastElementChild;
    (button.closest("p") || button).insertAdjacentHTML("beforebegin",
      '<p class="alert calm" role="status">刚才已经提交过了。没有要改的，就不用再提交。</p>');
  });
  // A file is sent as soon as it is chosen; without script a button sends it.
  document.addEventListener("change", function (event) {
    var form = event.target.closest("form[data-sends-file]");
    if (!form || event.target.type !== "file" || !event.target.files.length) return;
    var button = form.querySelector("[type=submit]");
    button.textContent = "正在上传…";
    form.requestSubmit();
    button.disabled = true;
  });
  // Paper has no scrolling that would load them.
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("img[loading=lazy]").forEach(function (image) { image.loading = "eager"; });
  });
  // Without https there is no clipboard: then the words are marked and copied as a reader would.
  function copyText(text) {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    var field = document.createElement("textarea");
    field.value = text;
    field.style.position = "fixed";
    document.body.append(field);
    field.select();
    var done = document.execCommand("copy");
    field.remove();
    return done ? Promise.resolve() : Promise.reject(new Error("not copied"));
  }
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-copy]");
    if (!button) return;
    copyText(button.dataset.copy).then(
      function () { button.textContent = "已复制"; },
      function () { button.textContent = "没复制成，请按住文字复制"; });
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

  // A page that is the same for everybody cannot say which city one was in: its links ask the server,
  // and the name is read here.
  document.addEventListener("DOMContentLoaded", function () {
    var here = /(?:^|; )here=[a-z0-9-]+\.([^;]+)/.exec(document.cookie);
    document.querySelectorAll("[data-here]").forEach(function (place) {
      try { if (here) place.textContent = decodeURIComponent(here[1]); } catch (_) { /* not ours */ }
    });
  });
})();
