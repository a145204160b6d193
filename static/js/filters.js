// Filters without reloading: the list is fetched from the same address that the form would open,
// and takes the place of the one shown. Without this script the button does the same.
document.addEventListener("DOMContentLoaded", function () {
  "use strict";
  const form = document.querySelector("form[data-live-count]");
  if (!form) return;
  let running = null;

  function address() {
    const params = new URLSearchParams(new FormData(form));
    for (const [name, value] of [...params]) if (!value) params.delete(name, value);
    const query = params.toString();
    return form.action + (query ? "?" + query : "");
  }

  async function refresh() {
    if (running) running.abort();
    running = new AbortController();
    const target = address();
    try {
      const answer = await fetch(target, { signal: running.signal });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const button = page.querySelector("form[data-live-count] .go button");
      form.querySelector(".go button").textContent = button.textContent;
      if (form.closest("[aria-modal]")) return; // the sheet covers the list: the button opens it
      const fresh = page.querySelector(".page.filters > .stack");
      document.querySelector(".page.filters > .stack").replaceWith(fresh);
      document.title = page.title;
      document.dispatchEvent(new Event("rows-replaced"));
      history.replaceState(null, "", answer.url || target);
    } catch (error) {
      if (error.name !== "AbortError") form.submit();
    }
  }

  form.addEventListener("change", refresh);
});

// On a phone the filters open as a sheet over the page: with script a dialog, which holds the focus
// until it is closed, by Escape as well.
document.addEventListener("DOMContentLoaded", function () {
  "use strict";
  const sheet = document.getElementById("filters");
  if (!sheet || !("inert" in sheet)) return;
  const close = sheet.querySelector(".close");
  let behind = [];
  let opener = null;

  // Over the page or beside the list: the style sheet says it.
  function isOpen() { return location.hash === "#" + sheet.id && getComputedStyle(sheet).position === "fixed"; }
  function open() {
    sheet.setAttribute("role", "dialog");
    sheet.setAttribute("aria-modal", "true");
    for (let node = sheet; node !== document.body; node = node.parentElement) {
      behind.push(...[...node.parentElement.children].filter((other) => other !== node && !other.inert));
    }
    for (const node of behind) node.inert = true;
    close.focus();
  }
  function shut() {
    sheet.removeAttribute("role");
    sheet.removeAttribute("aria-modal");
    for (const node of behind) node.inert = false;
    behind = [];
    if (opener) opener.focus();
    opener = null;
  }
  function settle() {
    if (isOpen() && !behind.length) open();
    else if (!isOpen() && behind.length) shut();
  }

  document.addEventListener("click", function (event) {
    opener = event.target.closest('a[href="#filters"]') || opener;
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && behind.length) close.click();
  });
  window.addEventListener("hashchange", settle);
  new ResizeObserver(settle).observe(sheet); // in a window of another width it may lie elsewhere
  settle();
});

// The menus beside it close by Escape, and when something else is pressed.
document.addEventListener("DOMContentLoaded", function () {
  "use strict";
  function shutMenus(except) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (menu !== except) menu.open = false;
    });
  }
  document.addEventListener("click", function (event) { shutMenus(event.target.closest("details.menu")); });
  document.addEventListener("keydown", function (event) {
    const menu = document.querySelector("details.menu[open]");
    if (event.key !== "Escape" || !menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
});
