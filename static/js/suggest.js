// Suggestions under the search field. What may be suggested comes in one answer for the whole city, asked for at the
// first letter; choosing among it happens here, so nothing typed is sent before the search itself. The empty field
// offers the last searches, kept in this browser only.
(function () {
  "use strict";
  const MOST = 8, PAUSE = 120, RECENT = "recent-searches";

  function readRecent() {
    try { return JSON.parse(localStorage.getItem(RECENT)) || []; } catch (_) { return []; }
  }
  function keepRecent(words) {
    try { localStorage.setItem(RECENT, JSON.stringify(words.slice(0, MOST))); } catch (_) { /* private mode */ }
  }

  function findAddress(form) {
    const path = new URL(form.getAttribute("action"), location).pathname;
    if (!path.startsWith("/here/")) return path + "suggestions.json";
    const here = /(?:^|; )here=([a-z0-9-]+)\./.exec(document.cookie);
    return (here ? "/" + here[1] : "") + "/jobs/suggestions.json";
  }

  function read([kind, label, [pinyin, ...words], address, count]) {
    return {
      kind, label, address, count,
      name: label.toLowerCase(),
      words: [pinyin, ...words].map((word) => word.replace(/ /g, "").toLowerCase()),
      initials: pinyin.split(" ").map((sound) => sound.charAt(0)).join(""),
    };
  }

  // 0 is best; null for no match.
  function rate(entry, typed) {
    const starts = (word) => word.startsWith(typed);
    if (starts(entry.name)) return 0;
    if (entry.words.some(starts)) return 1;
    if (typed.length < 2) return null;
    return starts(entry.initials) || entry.name.includes(typed) ? 2 : null;
  }

  function choose(all, text) {
    const typed = text.toLowerCase().replace(/[\s']/g, "");
    if (!typed) return [];
    return all
      .map(function (entry) { return { entry: entry, rating: rate(entry, typed) }; })
      .filter((match) => match.rating !== null)
      .sort((a, b) => a.rating - b.rating) // stable: the more listings, the earlier
      .slice(0, MOST)
      .map((match) => match.entry);
  }

  function draw(entry, number) {
    const item = document.createElement("li"), note = document.createElement("small");
    item.id = "suggestion-" + number;
    item.setAttribute("role", "option");
    item.dataset.address = entry.address;
    note.textContent = entry.note || entry.kind + " · " + entry.count + " 条";
    item.append(entry.label, " ", note);
    return item;
  }

  function listRecent(form) {
    const entries = readRecent().map(function (text) {
      return { label: text, note: "最近搜过", address: form.action + "?" + new URLSearchParams({ q: text }) };
    });
    return entries.length ? [...entries, { label: "清空最近搜过的", note: "只记在这个浏览器里", address: "" }] : [];
  }

  document.addEventListener("DOMContentLoaded", function () {
    const form = document.querySelector(".find form.search");
    if (!form) return;
    const input = form.querySelector("input[name=q]"), list = document.createElement("ul");
    let asked = null, active = -1, timer = 0, composing = false;

    list.id = "suggestions";
    list.className = "suggestions";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "搜索建议");
    form.after(list);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");

    function ask() {
      asked = asked || fetch(findAddress(form))
        .then(function (answer) { return answer.ok ? answer.json() : { suggestions: [] }; })
        .then((told) => told.suggestions.map(read))
        .catch(function () { asked = null; return []; });
      return asked;
    }
    function mark(number) {
      active = number;
      [...list.children].forEach(function (item, at) { item.setAttribute("aria-selected", String(at === number)); });
      if (number < 0) input.removeAttribute("aria-activedescendant");
      else input.setAttribute("aria-activedescendant", list.children[number].id);
    }
    function close() {
      clearTimeout(timer);
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      mark(-1);
    }
    async function show() {
      const text = input.value.trim(), entries = text ? choose(await ask(), text) : listRecent(form);
      if (document.activeElement !== input) return;
      list.replaceChildren(...entries.map(draw));
      list.hidden = !list.children.length;
      input.setAttribute("aria-expanded", String(!list.hidden));
      mark(-1);
    }
    function soon() {
      clearTimeout(timer);
      if (!composing) timer = setTimeout(show, PAUSE);
    }

    input.addEventListener("compositionstart", function () { composing = true; });
    input.addEventListener("compositionend", function () { composing = false; soon(); });
    function go(item) {
      if (item.dataset.address) return location.assign(item.dataset.address);
      keepRecent([]);
      close();
    }

    form.addEventListener("submit", function () {
      const text = input.value.trim();
      if (text) keepRecent([text, ...readRecent().filter((other) => other !== text)]);
    });
    input.addEventListener("focus", function () { if (!input.value) show(); });
    input.addEventListener("input", soon);
    input.addEventListener("blur", close);
    input.addEventListener("keydown", function (event) {
      const count = list.children.length;
      if (list.hidden || event.isComposing) return;
      if (event.key === "ArrowDown") mark(active + 1 < count ? active + 1 : -1);
      else if (event.key === "ArrowUp") mark(active < 0 ? count - 1 : active - 1);
      else if (event.key === "Escape") close();
      else if (event.key === "Enter" && active >= 0) go(list.children[active]);
      else return;
      event.preventDefault();
    });
    list.addEventListener("pointerdown", function (event) { event.preventDefault(); }); // the field keeps the focus
    list.addEventListener("click", function (event) {
      const item = event.target.closest("li");
      if (item) go(item);
    });
  });
})();
