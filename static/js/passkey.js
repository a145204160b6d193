// Shows what needs a passkey where the browser knows them, and says in words what went wrong.
(function () {
  "use strict";
  function show() {
    if (!window.PublicKeyCredential) return;
    document.querySelectorAll("[data-passkey]").forEach(function (part) { part.hidden = false; });
  }
  document.addEventListener("allauth.error", function (event) {
    var trouble = document.querySelector("[data-passkey-trouble]");
    if (!trouble) return;
    event.preventDefault();
    var cancelled = event.detail.exception && event.detail.exception.name === "NotAllowedError";
    trouble.textContent = cancelled
      ? "没有验证成功，可能是取消了，也可能是这台设备上没有这个网站的通行密钥。"
      : "这台设备或这个浏览器用不了通行密钥，请换别的办法。";
    trouble.hidden = false;
  });
  document.addEventListener("DOMContentLoaded", show);
})();
