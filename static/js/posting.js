// The check of a pasted post follows what is typed: the page is asked for again in the background, and only
// what it says of the fields is taken from the answer. Without script a button does the same.
(function () {
  "use strict";
  const PAUSE = 700, PARTS = ".says, .lab, #send, #heading, #preview, .pasted, .pills";

  function follow(form) {
    let timer = 0, round = 0;

    function takeOver(page) {
      form.closest(".posting-page").querySelectorAll(PARTS).forEach(function (part) {
        const row = part.closest(".f");
        const within = row ? "#" + row.id + " " : "";
        const kind = part.id ? "#" + part.id : within + "." + part.classList[0];
        const fresh = page.querySelector(kind);
        if (!fresh) return;
        if (fresh.innerHTML !== part.innerHTML) part.innerHTML = fresh.innerHTML;
        const freshRow = row && page.getElementById(row.id);
        if (freshRow) row.className = freshRow.className;
      });
    }

    async function ask() {
      const mine = ++round, data = new FormData(form);
      data.set("go", "follow");
      data.delete("category_words");
      try {
        const answer = await fetch(form.getAttribute("action") || location.href, { method: "POST", body: data });
        const html = await answer.text();
        if (answer.ok && mine === round) takeOver(new DOMParser().parseFromString(html, "text/html"));
      } catch (_) { /* no network: the buttons still work */ }
    }

    form.addEventListener("input", function (event) {
      const field = event.target, kinds = form.category;
      // A kind of work is taken as it is picked; words of an earlier one would win when the form is sent.
      if (field === form.category_words) [...kinds.options].forEach(function (kind) {
        if (kind.text === field.value) kind.selected = true;
      });
      if (field === kinds) form.category_words.value = "";
      clearTimeout(timer);
      timer = setTimeout(ask, PAUSE);
    });
    form.addEventListener("submit", function () { clearTimeout(timer); round += 1; });
  }

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("form[data-judge]").forEach(follow);
  });
})();
