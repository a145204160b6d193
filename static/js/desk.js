// The desk by key, canned reasons without a round trip, and a claim that is renewed while one works.
(() => {
  const form = document.querySelector(".decide form");
  const reason = document.getElementById("id_reason");
  const canned = document.getElementById("id_canned");
  const typing = (el) => el.closest("input:not([type=checkbox], [type=submit]), textarea, select, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing || typing(event.target)) return;
    const key = event.key === "?" ? "?" : event.key.toLowerCase();
    const target = [...document.querySelectorAll("[data-key]")].find((el) => el.dataset.key === key);
    if (!target) return;
    event.preventDefault();
    // A reason that is still missing: to its field, instead of a page that says so.
    if ("needsReason" in target.dataset && reason && !reason.value.trim()) {
      (canned ?? reason).focus();
      return;
    }
    target.click();
  });

  if (canned && reason) {
    document.querySelector("[data-fill]")?.setAttribute("hidden", "");
    canned.addEventListener("change", () => {
      const words = canned.selectedOptions[0]?.dataset.words;
      if (words) {
        reason.value = words;
        reason.focus();
      }
    });
  }

  // One press is one decision.
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.sent) event.preventDefault();
    else event.target.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((el) => delete el.dataset.sent));

  // What is still to be opened, after a paper was opened in its frame. From then on the frame is as high as
  // its page; before, the case would move while it is read.
  const follow = (frame, resizes) => {
    const page = frame.contentDocument;
    const todo = page?.querySelector("[data-paper-todo]");
    if (!todo) return;
    const shown = document.querySelector(".decide [data-paper-todo]");
    if (shown) shown.textContent = todo.textContent;
    if (resizes) frame.style.blockSize = `${page.getElementById("content").lastElementChild.getBoundingClientRect().bottom + 40}px`;
  };
  const frame = document.querySelector(".papers-frame");
  let isLoaded = frame?.contentDocument?.readyState === "complete" && frame.contentDocument.URL !== "about:blank";
  frame?.addEventListener("load", () => { follow(frame, isLoaded); isLoaded = true; });
  if (isLoaded) follow(frame, false);

  const renew = document.querySelector("[data-renew]")?.dataset.renew;
  const token = form?.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (renew && token) {
    let last = Date.now();
    const EVERY = 2 * 60 * 1000;
    const active = () => {
      if (Date.now() - last < EVERY) return;
      last = Date.now();
      fetch(renew, { method: "POST", headers: { "X-CSRFToken": token, "X-Desk": "renew" } }).catch(() => {});
    };
    for (const what of ["keydown", "pointermove", "scroll"]) document.addEventListener(what, active, { passive: true });
  }
})();
