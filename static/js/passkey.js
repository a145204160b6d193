// Loads the library of passkeys when somebody turns to the button that needs it, and says what went wrong.
document.addEventListener("DOMContentLoaded", function () {
  "use strict";
  var trouble = document.querySelector("[data-passkey-form]");
  if (!trouble) return;
  var own = trouble.dataset;
  var button = document.getElementById(own.button);
  var ids = { login: own.button, authenticate: own.button, add: own.button, credential: own.credential };
  if (own.options) ids.data = own.options;
  if (own.passwordless) ids.passwordless = own.passwordless;
  var loading = null;

  function load(source) {
    return new Promise(function (done, failed) {
      var script = document.createElement("script");
      script.src = source;
      script.onload = done;
      script.onerror = failed;
      document.head.appendChild(script);
    });
  }
  function prepare() {
    loading = loading || load(own.json).then(function () { return load(own.library); }).then(function () {
      button.removeEventListener("click", pressEarly);
      window.allauth.webauthn.forms[own.passkeyForm]({ ids: ids });
    }).catch(function (error) {
      loading = null;
      throw error;
    });
    return loading;
  }
  function pressEarly(event) {
    event.preventDefault();
    prepare().then(function () { button.click(); }, function () {
      tell("通行密钥要用的文件没有下载下来，请看看网络，再按一次。");
    });
  }
  function prepareQuietly() {
    prepare().catch(function () { /* the press tries again and says so */ });
  }
  function tell(words) {
    trouble.textContent = words;
    trouble.hidden = false;
  }
  button.addEventListener("click", pressEarly);
  button.addEventListener("pointerenter", prepareQuietly);
  button.addEventListener("focus", prepareQuietly);
  document.addEventListener("allauth.error", function (event) {
    event.preventDefault();
    var cancelled = event.detail.exception && event.detail.exception.name === "NotAllowedError";
    tell(cancelled
      ? "没有验证成功，可能是取消了，也可能是这台设备上没有这个网站的通行密钥。"
      : "这台设备或这个浏览器用不了通行密钥，请换别的办法。");
  });
});
