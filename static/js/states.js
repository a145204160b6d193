// What the reader has done: a word in each row, a name and the number of new notices, saving without a reload.
// Pages are the same for everybody, so one private answer has it for all rows. Which listings were read is kept
// in this browser only.
(function () {
  "use strict";
  const READ = "read-listings", MAX_READ = 300;
  const LISTING = /\/jobs\/(\d+)\/(?:\?near=[a-z0-9-]+)?$/;

  function readIds() {
    try { return JSON.parse(localStorage.getItem(READ)) || []; } catch (_) { return []; }
  }
  function noteRead(id) {
    try {
      const ids = readIds().filter((other) => other !== id);
      localStorage.setItem(READ, JSON.stringify([id, ...ids].slice(0, MAX_READ)));
    } catch (_) { /* private mode */ }
  }

  function listRows() {
    return [...document.querySelectorAll(".job h3 a[href]")].flatMap(function (link) {
      const found = LISTING.exec(link.getAttribute("href"));
      return found ? [{ id: found[1], heading: link.parentNode, row: link.closest(".job") }] : [];
    });
  }

  function mark(entry, words, isQuiet) {
    let word = entry.heading.querySelector(".mark-own");
    if (!word) {
      word = document.createElement("span");
      entry.heading.append(word);
    }
    word.className = "mark-own" + (isQuiet ? " quiet" : "");
    word.textContent = words;
  }

  function showUnread(count) {
    document.querySelectorAll(".unread").forEach(function (place) {
      place.hidden = !count;
      place.textContent = count > 99 ? "99+" : String(count || "");
      place.setAttribute("aria-label", count + " 条未读");
      place.setAttribute("role", "img");
    });
  }

  function showName(told) {
    document.querySelectorAll("[data-own-name]").forEach(function (place) {
      place.textContent = told.short_name;
      const unread = told.unread ? "，" + told.unread + " 条未读" : "";
      place.closest("a").setAttribute("aria-label", "我的：" + told.name + unread);
    });
  }

  async function refresh() {
    const rows = listRows();
    const read = new Set(readIds());
    rows.forEach(function (entry) {
      if (!read.has(entry.id)) return;
      entry.row.classList.add("seen");
      mark(entry, "看过", true);
    });
    const root = document.documentElement;
    if (!root.hasAttribute("data-member")) return;
    const ids = rows.map((entry) => entry.id).join(",");
    try {
      const answer = await fetch(root.dataset.ownStates + "?listings=" + ids);
      const told = answer.ok ? await answer.json() : {};
      if (!told.states) return; // signed out meanwhile
      showUnread(told.unread);
      showName(told);
      rows.forEach(function (entry) {
        if (told.states[entry.id]) mark(entry, ...told.states[entry.id]);
      });
    } catch (_) { /* the page says all that matters without it */ }
  }

  // The answer to saving is the bar as it stands now. If anything fails the form goes its usual way.
  document.addEventListener("submit", async function (event) {
    const form = event.target.closest("form[data-own-state]");
    if (!form) return;
    event.preventDefault();
    const bar = form.closest(".act");
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      const answer = await fetch(form.action, {
        method: "POST", body: new FormData(form), headers: { "X-Fragment": "1" },
      });
      if (!answer.ok || answer.redirected) throw new Error("another page");
      const held = document.createElement("template");
      held.innerHTML = await answer.text();
      const fresh = held.content.querySelector(".act");
      bar.replaceWith(fresh);
      fresh.querySelector(".keep").focus();
    } catch (_) {
      button.disabled = false;
      form.submit();
    }
  });

  document.addEventListener("DOMContentLoaded", function () {
    const page = LISTING.exec(location.pathname);
    if (page && document.querySelector("article.lead")) noteRead(page[1]);
    refresh();
  });
  document.addEventListener("rows-replaced", refresh);
  window.addEventListener("pageshow", function (event) { if (event.persisted) refresh(); });
})();
