// How long until a code can be sent again: the button waits with the reader. Without script the page says the
// seconds, and the server says them again to who is too early.
document.addEventListener("DOMContentLoaded", function () {
  "use strict";
  const button = document.querySelector("[data-wait]");
  const words = document.querySelector("[data-wait-words]");
  if (!button) return;
  const until = Date.now() + Number(button.dataset.wait) * 1000;
  button.disabled = true;
  function tick() {
    const left = Math.ceil((until - Date.now()) / 1000);
    if (left > 0) {
      if (words) words.textContent = left + " 秒后可重发。";
      setTimeout(tick, 500);
    } else {
      button.disabled = false;
      if (words) words.hidden = true;
    }
  }
  tick();
});
