// Says in words what went wrong with a passkey.
(function () {
  "use strict";
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
})();
