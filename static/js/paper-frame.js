// The frame in which a moderator reads the papers of an employer.
(() => {
  const frame = document.querySelector(".papers-frame");
  // Copies which papers are still to be opened from the page in the frame to the case. Once a paper was opened, the
  // frame becomes as high as its page; before, the case would move while it is read.
  const followPage = (resizes) => {
    const page = frame.contentDocument;
    const todo = page?.querySelector("[data-paper-todo]");
    if (!todo) return;
    const shown = document.querySelector(".decide [data-paper-todo]");
    if (shown) shown.textContent = todo.textContent;
    if (resizes) frame.style.blockSize = `${page.getElementById("content").lastElementChild.getBoundingClientRect().bottom + 40}px`;
  };
  let isLoaded = frame?.contentDocument?.readyState === "complete" && frame.contentDocument.URL !== "about:blank";
  frame?.addEventListener("load", () => { followPage(isLoaded); isLoaded = true; });
  if (isLoaded) followPage(false);
})();
