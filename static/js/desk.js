// The desk by key, canned reasons without a round trip, and a claim that is renewed while one works.
(() => {
  const form = document.querySelector(".decide form");
  const reason = document.getElementById("id_reason");
  const canned = document.getElementById("id_canned");
  const typing = (el) => el.closest("input:not([type=checkbox], [type=submit]), textarea, select, [contenteditable]");

  // On a phone the entries of the navigation stand in one row. Browsers do not scroll to an entry that is partly visible.
  const scrollToEntry = (entry, inline) => entry?.scrollIntoView({ block: "nearest", inline });
  scrollToEntry(document.querySelector(".desk-nav [aria-current]"), "center");
  document.querySelector(".desk-nav")?.addEventListener("focusin", (event) => scrollToEntry(event.target, "nearest"));

  const rows = [...document.querySelectorAll(".queue > li")];
  const bulk = { reasons: document.querySelector("[data-bulk-reasons]"), reason: document.querySelector("[data-bulk-reason]") };
  // Where there is room, the decision stands beside the list, of the row that it shows.
  const beside = document.querySelector(".beside");
  const isBeside = () => beside?.getClientRects().length > 0;
  let shown = null;
  const current = () => {
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    const isShown = isBeside() && (document.activeElement === document.body || beside.contains(document.activeElement));
    return at < 0 && isShown ? rows.indexOf(shown) : at;
  };
  const focusRow = (index) => rows[Math.max(0, Math.min(index, rows.length - 1))]?.querySelector("h2 a")?.focus();

  // After a decision from the list one is where one was.
  const PLACE = `desk-row ${location.pathname}`;
  const keepPlace = () => sessionStorage.setItem(PLACE, Math.max(0, current()));
  if (rows.length && sessionStorage.getItem(PLACE) !== null) focusRow(Number(sessionStorage.getItem(PLACE)));
  sessionStorage.removeItem(PLACE);

  const say = (words) => {
    let status = document.getElementById("desk-status");
    if (!status) {
      status = Object.assign(document.createElement("p"), { id: "desk-status", className: "care" });
      status.setAttribute("role", "status");
      document.querySelector(".desk-head")?.after(status);
    }
    status.textContent = words;
  };

  // All rows of the page, or with Shift those from the last tick to this one.
  const ticks = rows.map((row) => row.querySelector(".pick input")).filter(Boolean);
  const all = document.querySelector("[data-pick-all]");
  const showWhetherAll = () => {
    const count = ticks.filter((tick) => tick.checked).length;
    Object.assign(all, { checked: count > 0 && count === ticks.length, indeterminate: count > 0 && count < ticks.length });
  };
  if (all && ticks.length) {
    let last = null;
    all.parentElement.removeAttribute("data-needs-script");
    const risky = document.querySelectorAll('.queue [data-row-key="a"]').length;
    all.addEventListener("change", () => {
      ticks.forEach((tick) => { tick.checked = all.checked; });
      describeShown();
      if (risky && all.checked) say(`风险高的 ${risky} 件也勾上了：批量通过时会留下它们，要逐件看。`);
    });
    ticks.forEach((tick) => tick.addEventListener("click", (event) => {
      if (event.shiftKey && last) {
        const [from, to] = [ticks.indexOf(last), ticks.indexOf(tick)].sort((a, b) => a - b);
        ticks.slice(from, to + 1).forEach((other) => { other.checked = tick.checked; });
      }
      last = tick;
      showWhetherAll();
      describeShown();
    }));
    showWhetherAll();
  }

  const toggle = (list, one) => (list.includes(one) ? list.filter((other) => other !== one) : [...list, one]);
  // Of several reasons the list names the first; the others go with it in hidden fields.
  const sendReasons = ([first = "", ...others]) => {
    bulk.reasons.value = first;
    bulk.reasons.parentElement.querySelectorAll("[type=hidden]").forEach((el) => el.remove());
    for (const value of others) {
      const field = Object.assign(document.createElement("input"), { type: "hidden", name: bulk.reasons.name, value });
      field.setAttribute("form", bulk.reasons.form.id);
      bulk.reasons.parentElement.append(field);
    }
  };
  bulk.reasons?.addEventListener("change", () => sendReasons([bulk.reasons.value]));

  // The reasons by number: a digit chooses one or takes it back, Enter sends, 0 leads to the field for one's own words.
  let picker = null;
  const closePicker = () => {
    picker?.list.remove();
    picker?.row?.classList.remove("is-decided");
    picker = null;
  };
  const openPicker = (select, actions, own, choose, send, row = null) => {
    closePicker();
    const options = [...(select?.options ?? [])].filter((el) => el.value && (!actions || actions.includes(el.dataset.action)));
    if (!options.length) return own?.focus();
    const list = Object.assign(document.createElement("ol"), { className: "reason-keys", tabIndex: -1 });
    list.setAttribute("aria-label", "按数字选理由，可以选几条，回车发送，0 自己写");
    const buttons = options.map((option, index) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "link" });
      button.setAttribute("aria-pressed", false);
      if (index < 9) button.append(Object.assign(document.createElement("kbd"), { textContent: index + 1 }), " ");
      button.append(option.textContent.trim());
      button.addEventListener("click", () => pick(index));
      const item = document.createElement("li");
      item.append(button);
      list.append(item);
      return button;
    });
    const pick = (index) => {
      if (!options[index]) return;
      picker.chosen = toggle(picker.chosen, options[index]);
      buttons.forEach((button, at) => button.setAttribute("aria-pressed", picker.chosen.includes(options[at])));
      setChosen(picker.chosen);
    };
    let filled = own?.value;
    const setChosen = (chosen) => {
      select.value = chosen[0]?.value ?? "";
      choose(chosen);
      filled = own?.value;
    };
    // Without this a reason that was given up would be sent by the next press of the key; own words stay.
    const giveUp = () => { if (picker.chosen.length && own?.value === filled) setChosen([]); };
    picker = { list, pick, giveUp, own, send, row, chosen: [], from: document.activeElement };
    (select.closest("label") ?? select).after(list);
    row?.classList.add("is-decided");
    list.focus({ preventScroll: true });
    list.scrollIntoView({ block: "nearest" });
    const panel = list.closest(".bulk");
    if (!row || getComputedStyle(panel).position !== "sticky") return;
    // It covers the foot of the screen: what is decided stays to be read above it.
    row.style.scrollMarginBlockEnd = `${panel.offsetHeight}px`;
    row.scrollIntoView({ block: "nearest" });
  };
  const keyOfPicker = (key) => {
    if (/^[1-9]$/.test(key)) picker.pick(Number(key) - 1);
    else if (key === "0") picker.own?.focus();
    else if (key === "Enter") {
      // Another link, button or unchosen reason that has the focus keeps its own Enter.
      const at = document.activeElement;
      const isChosen = picker.list.contains(at) && at.getAttribute("aria-pressed") === "true";
      if (at !== document.body && at !== picker.list && !isChosen) return false;
      if (picker.chosen.length) picker.send();
    } else if (key === "Escape") {
      const { from } = picker;
      picker.giveUp();
      closePicker();
      from?.focus();
    } else return false;
    return true;
  };

  const HELD = "暂停着的要打开来处理：恢复，或者下架。";
  // Decides what is ticked, or else the row where one is.
  const decideRows = (name) => {
    const button = document.querySelector(`[data-bulk="${name}"]`);
    if (!button) return false;
    const isAlone = !ticks.some((tick) => tick.checked);
    const row = rows[current()];
    if (isAlone && !row) return focusRow(0), true;
    if (isAlone && "isHeld" in row.dataset) return say(HELD), true;
    if (isAlone && !row.querySelector(".pick input")) return say(`${row.querySelector(".taken").textContent}，现在不能处理。`), true;
    // Of high risk: the page that names what was found asks again.
    const alone = name === "approve" && isAlone && row.querySelector('[data-row-key="a"]');
    if (alone) return keepPlace(), alone.click(), true;
    const send = () => {
      if (isAlone) row.querySelector(".pick input").checked = true;
      keepPlace();
      button.click();
    };
    if (name === "approve") send();
    else if (isBeside()) {
      if (hasReason()) send();
      else reasonList.focus({ preventScroll: true });
    } else {
      const index = current();
      openPicker(bulk.reasons, null, bulk.reason, (options) => sendReasons(options.map((option) => option.value)), () => {
        focusRow(index);
        send();
      }, row);
    }
    return true;
  };

  // The reasons beside the list, for the row that is shown or for all that are ticked; the button counts them.
  const reasonList = beside?.querySelector(".reason-keys");
  const reasonButtons = [...(reasonList?.querySelectorAll("button") ?? [])];
  const own = beside?.querySelector("[data-own-reason]");
  const letter = beside?.querySelector(".letter");
  const LETTER_PAUSE = 250; // milliseconds: who sends at once needs no look at it
  const refuse = beside?.querySelector('[data-list-key="r"]');
  const REFUSE = refuse?.firstChild.data;
  let choices = [], letterTimer = 0;
  const countTicked = () => ticks.filter((tick) => tick.checked).length;
  const hasReason = () => Boolean(choices.length || own.value.trim());
  const setReasons = (buttons, words = "") => {
    choices = buttons;
    reasonButtons.forEach((other) => other.setAttribute("aria-pressed", choices.includes(other)));
    refuse.firstChild.data = choices.length ? `${REFUSE} · ${choices.length} 条理由` : REFUSE;
    if (own.value !== words) own.value = words;
    sendReasons(choices.map((button) => button.dataset.reason));
    bulk.reason.value = words;
    clearTimeout(letterTimer);
    letter.hidden = true;
    if (choices.length && !countTicked()) letterTimer = setTimeout(showLetter, LETTER_PAUSE, choices, shown);
  };
  const showLetter = async (buttons, row) => {
    const query = new URLSearchParams(buttons.map((button) => ["canned", button.dataset.reason]));
    const answer = await fetch(`${row.querySelector("h2 a").href}reason/?${query}`).catch(() => null);
    const words = answer?.ok ? await answer.text() : "";
    if (choices !== buttons || shown !== row || countTicked()) return;
    letter.textContent = `会发给单位：${words}`;
    letter.hidden = !words;
    letter.scrollIntoView({ block: "nearest" });
  };
  const setPart = (name, words) => {
    const part = beside.querySelector(`[data-of-row="${name}"]`);
    part.textContent = words;
    part.hidden = !words;
  };
  const describeShown = () => {
    if (!isBeside() || !shown) return;
    const count = countTicked();
    const holder = count ? "" : shown.querySelector(".hand .taken")?.textContent ?? "";
    const isRisky = !count && shown.querySelector('[data-row-key="a"]');
    setPart("title", count ? `勾选的 ${count} 件` : shown.querySelector("h2").textContent.trim());
    setPart("facts", count ? "同一个决定、同一个理由；风险高的不会一起通过。" : `编号 ${shown.dataset.number}　${holder}`.trim());
    const isHeld = !count && "isHeld" in shown.dataset;
    setPart("care", isHeld ? HELD : isRisky ? "风险高：通过要再确认一次。" : "");
    const marks = Object.fromEntries((count ? "" : shown.dataset.marks ?? "").split(" ").map((part) => part.split(":")));
    reasonButtons.forEach((button) => {
      button.parentElement.hidden = "ofEdits" in button.dataset && !count && !("isEdit" in shown.dataset);
      button.querySelector("sup")?.remove();
      const numbers = marks[button.dataset.reason]?.split(",") ?? [];
      const sup = document.createElement("sup");
      sup.append(...numbers.map((number) => Object.assign(document.createElement("b"), { textContent: number })));
      if (numbers.length) button.append(" ", sup);
    });
    beside.querySelectorAll("[data-list-key]").forEach((button) => {
      const key = button.dataset.listKey;
      const isOfRow = count ? "ar".includes(key) : key !== "f" || shown.querySelector('[data-row-key="f"]');
      button.disabled = !isOfRow || (holder && "arf".includes(key)) || (isHeld && "ar".includes(key));
    });
  };
  const showRow = (row) => {
    if (!row || !isBeside()) return;
    if (row !== shown && hasReason() && !countTicked()) setReasons([]);
    shown?.removeAttribute("aria-current");
    shown = row;
    shown.setAttribute("aria-current", "true");
    describeShown();
  };
  const keyOfBeside = (key) => {
    const at = document.activeElement;
    const isForUs = at === document.body || at === reasonList || at.matches(".queue h2 a");
    if (/^[1-9]$/.test(key) && reasonButtons[key - 1]) {
      if (current() < 0) focusRow(rows.indexOf(shown));
      setReasons(toggle(choices, reasonButtons[key - 1]));
    } else if (key === "0") own.focus();
    else if (key === "Enter" && isForUs && hasReason()) decideRows("refuse");
    else if (key === "Escape" && (hasReason() || beside.contains(at))) {
      setReasons([]);
      focusRow(rows.indexOf(shown));
    } else return false;
    return true;
  };
  if (beside && bulk.reasons) {
    beside.hidden = false;
    showRow(rows[current()] ?? rows[0]);
    const refused = [...bulk.reasons.parentElement.querySelectorAll("[name]")].map((field) => field.value); // kept by the server
    setReasons(reasonButtons.filter((button) => refused.includes(button.dataset.reason)), bulk.reason.value);
    // At the click, not while a button of the mouse is down: rows would move from under it.
    const followFocus = ({ type, target }) => (type === "click" || target.matches(":focus-visible")) && showRow(target.closest(".queue > li"));
    ["focusin", "click"].forEach((type) => document.addEventListener(type, followFocus));
    own.addEventListener("input", () => setReasons([], own.value));
    rows.forEach((row) => row.addEventListener("click", (event) => {
      if (isBeside() && !event.target.closest("a, button, label, input") && !String(getSelection())) focusRow(rows.indexOf(row));
    }));
    beside.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      if (event.detail) focusRow(rows.indexOf(shown)); // pressed by mouse: the keys go on from the row
      if (button.dataset.reason) setReasons(toggle(choices, button));
      else keyOfList(button.dataset.listKey);
    });
  }

  const OF_CASE = ["d", "@", "!", "m"];
  const KEY_IN_ADDRESS = "key-";
  const keyOfList = (key) => {
    if (isBeside() && keyOfBeside(key)) return true;
    const row = rows[current()];
    if (key === "j" || key === "k") focusRow(row ? current() + (key === "j" ? 1 : -1) : 0);
    else if (key === "a" || key === "r") return decideRows(key === "a" ? "approve" : "refuse");
    else if (key === "*") all?.click();
    else if (key === "x") row?.querySelector(".pick input")?.click();
    else if (key === "s" || key === "o" || key === "f") {
      if (row && key !== "o") keepPlace();
      row?.querySelector(`[data-row-key="${key}"]`)?.click();
    } else if (row && OF_CASE.includes(key)) {
      // What asks for words stands on the page of the case, and opens there.
      location.assign(`${row.querySelector("h2 a").href}#${KEY_IN_ADDRESS}${key}`);
    } else return false;
    return true;
  };

  // Returns whether the page has something under this key.
  const pressTarget = (key) => {
    const target = [...document.querySelectorAll("[data-key]")].find((el) => el.dataset.key === key);
    if (!target) return false;
    // A reason that is still missing: the reasons for this decision, instead of a page that says so.
    if ("needsReason" in target.dataset && reason && !reason.value.trim()) {
      openPicker(canned, [target.value], reason, (options) => { reason.value = options.map((option) => option.dataset.words).join("\n"); }, () => target.click());
      return true;
    }
    // What opens under a key, or stands there, is filled in at once.
    const part = target.matches("summary") ? target.parentElement : target;
    if (target.matches("summary, button, a")) target.click();
    if (part.matches("details[open], section")) {
      const field = [...part.querySelectorAll("select, input, textarea")].find((el) => el.type !== "hidden");
      field?.focus();
      part.scrollIntoView({ block: "nearest" });
    }
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.repeat || event.isComposing || event.altKey || event.metaKey) return;
    if (typing(event.target)) {
      if (event.key === "Escape" && event.target === own) focusRow(rows.indexOf(shown));
      else if (event.key === "Escape") event.target.blur();
      // Enter in the field of several cases would press the first button, whichever that is.
      const isOfSeveral = event.target === bulk.reason || event.target === own;
      const sends = isOfSeveral ? event.key === "Enter" : event.ctrlKey && event.key === "Enter";
      if (!sends) return;
      event.preventDefault();
      if (picker) picker.send();
      else if (event.target === own) decideRows("refuse");
      else if (event.target === bulk.reason) document.querySelector('[data-bulk="refuse"]')?.click();
      // The form of a decision has several buttons: there a key says which.
      else if (event.target !== reason) event.target.form?.requestSubmit();
      return;
    }
    if (event.ctrlKey || (event.key.length === 1 && document.body.classList.contains("no-keys"))) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if ((picker && keyOfPicker(key)) || (rows.length && keyOfList(key))) {
      event.preventDefault();
      return;
    }
    if (pressTarget(key)) event.preventDefault();
  });

  // A key that was pressed in the list for this case; not again when the page is loaded anew.
  if (location.hash.startsWith(`#${KEY_IN_ADDRESS}`)) {
    const key = decodeURIComponent(location.hash.slice(KEY_IN_ADDRESS.length + 1));
    history.replaceState(history.state, "", location.pathname + location.search);
    if (OF_CASE.includes(key)) pressTarget(key);
  }

  // The consequences of what is never undone: read, then Enter.
  const confirming = document.querySelector("[data-enter-confirms]");
  if (confirming) {
    confirming.querySelector("[data-enter-hint]").hidden = false;
    document.addEventListener("keydown", (event) => {
      if (event.repeat || event.defaultPrevented || event.target.closest("a, button, input, textarea, select")) return;
      if (event.key === "Enter") {
        const sure = confirming.querySelector("[name=sure]");
        if (sure) sure.checked = true;
        confirming.requestSubmit();
      } else if (event.key === "Escape") confirming.querySelector(".buttons a").click();
    });
  }

  if (canned && reason) {
    document.querySelector("[data-fill]")?.setAttribute("hidden", "");
    canned.addEventListener("change", () => {
      const words = canned.selectedOptions[0]?.dataset.words;
      if (words) reason.value = words;
    });
  }

  // One press is one decision. What opens in a window of its own leaves the page as it is, and may be opened again.
  document.addEventListener("submit", (event) => {
    if (event.target.hasAttribute("target")) return;
    if (event.target.dataset.sent) event.preventDefault();
    else event.target.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((el) => delete el.dataset.sent));

  const renew = document.querySelector("[data-renew]")?.dataset.renew;
  const token = form?.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (renew && token) {
    // A case that was only offered becomes one's own with the first thing done there.
    let last = document.querySelector("[data-is-offer]") ? 0 : Date.now();
    const EVERY = 2 * 60 * 1000;
    const active = () => {
      if (Date.now() - last < EVERY) return;
      last = Date.now();
      fetch(renew, { method: "POST", headers: { "X-CSRFToken": token, "X-Desk": "renew" } }).catch(() => {});
    };
    for (const what of ["keydown", "pointerdown", "wheel", "touchmove"]) document.addEventListener(what, active, { passive: true });
  }
})();
