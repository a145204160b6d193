// How far away a listing is from where the reader is. The browser is asked for the position only when the button is
// pressed. It is rounded to about 100 m, kept for this tab only, and never sent: the page finds the nearest county in a
// list that is the same for all, and asks the server for the order from that county's centre.
(function () {
  "use strict";
  const KEY = "position";

  function kept() {
    try { return JSON.parse(sessionStorage.getItem(KEY)); } catch (_) { return null; }
  }
  function keep(position) {
    try { sessionStorage.setItem(KEY, JSON.stringify(position)); } catch (_) { /* private mode */ }
  }
  function forget() {
    try { sessionStorage.removeItem(KEY); } catch (_) { /* private mode */ }
  }

  // Chinese maps shift what a phone gives (WGS-84) by up to 700 m (GCJ-02); listings have their coordinates.
  function shift(latitude, longitude) {
    const x = longitude - 105, y = latitude - 35, pi = Math.PI;
    const wave = (20 * Math.sin(6 * x * pi) + 20 * Math.sin(2 * x * pi)) * 2 / 3;
    let dLat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x)) + wave;
    dLat += (20 * Math.sin(y * pi) + 40 * Math.sin(y / 3 * pi)) * 2 / 3;
    dLat += (160 * Math.sin(y / 12 * pi) + 320 * Math.sin(y * pi / 30)) * 2 / 3;
    let dLng = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x)) + wave;
    dLng += (20 * Math.sin(x * pi) + 40 * Math.sin(x / 3 * pi)) * 2 / 3;
    dLng += (150 * Math.sin(x / 12 * pi) + 300 * Math.sin(x / 30 * pi)) * 2 / 3;
    const angle = latitude / 180 * pi, e = 0.00669342162296594323;
    const magic = 1 - e * Math.sin(angle) ** 2, root = Math.sqrt(magic);
    return [
      latitude + dLat * 180 / ((6378245 * (1 - e)) / (magic * root) * pi),
      longitude + dLng * 180 / (6378245 / root * Math.cos(angle) * pi),
    ];
  }

  function measureKm(a, b) {
    const radians = Math.PI / 180;
    const half = Math.sin((b[0] - a[0]) * radians / 2) ** 2
      + Math.cos(a[0] * radians) * Math.cos(b[0] * radians) * Math.sin((b[1] - a[1]) * radians / 2) ** 2;
    return 12742 * Math.asin(Math.sqrt(half));
  }

  // The nearest of the places in an attribute: 28.311,109.739;~28.200,109.500, where ~ is the centre of a county.
  function findNearest(text, from) {
    let nearest = null;
    for (const part of text.split(";").filter(Boolean)) {
      const km = measureKm(from, part.replace("~", "").split(",").map(Number));
      if (!nearest || km < nearest.km) nearest = { km, isExact: part[0] !== "~" };
    }
    return nearest;
  }

  // As listings/vocabulary/distances.py has it.
  function formatKm(km) {
    if (km < 0.95) return Math.max(100, Math.round(km * 10) * 100) + " 米";
    return (km < 10 ? km.toFixed(1).replace(".0", "") : Math.round(km).toLocaleString("en")) + " 公里";
  }
  function formatRow(nearest) {
    if (nearest.isExact) return formatKm(nearest.km);
    const step = nearest.km < 100 ? 5 : 10;
    return "约 " + Math.max(step, Math.round(nearest.km / step) * step).toLocaleString("en") + " 公里";
  }
  function roundMinutes(minutes) { return Math.max(5, Math.round(minutes / 5) * 5); }
  function formatSentence(nearest) {
    if (!nearest.isExact) return "离那个区县的中心" + formatRow(nearest) + "，对方没有标出具体位置";
    const words = ["离你直线约 " + formatKm(nearest.km)];
    if (nearest.km <= 5) words.push("步行约 " + roundMinutes(nearest.km * 1.3 / 4.8 * 60) + " 分钟");
    if (nearest.km >= 1.5 && nearest.km <= 40) {
      words.push("坐公交约 " + roundMinutes(nearest.km * 1.3 / 15 * 60 + 10) + " 分钟");
    }
    return words.join("，");
  }

  function showRow(row, from) {
    const nearest = findNearest(row.dataset.at, from);
    let place = row.querySelector(".away");
    if (!place) {
      place = document.createElement("span");
      place.className = "away";
      row.querySelector(".facts span").after(place);
    }
    place.textContent = formatRow(nearest);
    return nearest.km;
  }

  function show() {
    const position = kept();
    document.querySelectorAll("[data-locate]").forEach(function (button) { button.hidden = !navigator.geolocation; });
    const list = document.querySelector("details[data-near]");
    // Whoever names another place wants the distance from there.
    if (!position || (list && list.dataset.near && list.dataset.near !== position.slug)) return;
    const from = [position.latitude, position.longitude];
    const distances = new Map();
    document.querySelectorAll(".job[data-at]").forEach(function (row) { distances.set(row, showRow(row, from)); });
    const travel = document.querySelector("[data-travel]");
    if (travel) {
      travel.hidden = false;
      travel.textContent = formatSentence(findNearest(travel.dataset.travel, from));
    }
    const note = document.querySelector("[data-near-note]");
    if (note) {
      const drop = note.querySelector("a");
      note.replaceChildren("距离从你现在的位置算起，是直线，位置只留在这个页面里。", drop);
    }
    if (!list || !list.hasAttribute("data-near-sorted")) return;
    document.querySelectorAll(".jobs").forEach(function (rows) {
      const far = (row) => distances.has(row) ? distances.get(row) : Infinity;
      rows.append(...[...rows.children].sort((a, b) => far(a) - far(b)));
    });
  }

  function say(button, words) {
    const place = button.closest("form").querySelector("[data-locate-words]");
    place.hidden = !words;
    place.textContent = words;
    button.disabled = false;
  }

  async function use(button, found) {
    const [latitude, longitude] = shift(found.coords.latitude, found.coords.longitude).map(function (degrees) {
      return Math.round(degrees * 1000) / 1000;
    });
    const form = button.closest("form");
    try {
      const centres = await (await fetch(button.dataset.centres)).json();
      const away = (centre) => measureKm([latitude, longitude], [centre[1], centre[2]]);
      const nearest = centres.reduce((best, centre) => away(centre) < away(best) ? centre : best);
      keep({ latitude, longitude, slug: nearest[0] });
      if (form.hasAttribute("data-near-form")) {
        say(button, "");
        show();
        return;
      }
      form.elements.near.value = nearest[0];
      HTMLFormElement.prototype.submit.call(form); // without the event below
    } catch (_) {
      say(button, "网络不通，请写一个地方。");
    }
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-locate]");
    if (button) {
      say(button, "正在找你的位置…");
      button.disabled = true;
      navigator.geolocation.getCurrentPosition(
        function (found) { use(button, found); },
        function () { say(button, "没有拿到位置，请写一个地方。"); },
        { maximumAge: 300000, timeout: 15000 },
      );
    } else if (event.target.closest("[data-near-note] a")) {
      forget();
    }
  });
  // A place that was typed is meant in place of the position.
  document.addEventListener("submit", function (event) {
    if (event.target.elements.near) forget();
  });
  document.addEventListener("DOMContentLoaded", show);
  document.addEventListener("rows-replaced", show);
  window.addEventListener("pageshow", function (event) { if (event.persisted) show(); });
})();
