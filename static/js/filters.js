// Filters without reloading: the list is fetched from the same address that the form would open,
// and takes the place of the one shown. Without this script the button does the same.
document.addEventListener("DOMContentLoaded", function () {
  "use strict";
  const form = document.querySelector("form[data-live-count]");
  if (!form || !window.fetch || !window.DOMParser) return;
  let running = null;
  const wide = window.matchMedia("(min-width: 60rem)");

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
      const answer = await fetch(target, { signal: running.signal, credentials: "same-origin" });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const button = page.querySelector("form[data-live-count] .go button");
      form.querySelector(".go button").textContent = button.textContent;
      if (!wide.matches) return; // on a phone the sheet covers the list: the button opens it
      const fresh = page.querySelector(".page.filters > .stack");
      document.querySelector(".page.filters > .stack").replaceWith(fresh);
      document.title = page.title;
      history.replaceState(null, "", answer.url || target);
    } catch (error) {
      if (error.name !== "AbortError") form.submit();
    }
  }

  form.addEventListener("change", refresh);
});
