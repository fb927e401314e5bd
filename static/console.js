// Clocks that tick, the word on the live feed, and buttons that are pressed once. Everything works without this file.
"use strict";
(() => {
  const pad = (n) => String(n).padStart(2, "0");
  const clock = (ms) => {
    const s = Math.floor(Math.abs(ms) / 1000), h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60;
    return (h ? h + ":" + pad(m) : m) + ":" + pad(s % 60);
  };
  // The server's clock counts, not the browser's: each rendered part says when it was made.
  let skew = 0;
  const learn = () => {
    const at = document.querySelector("[data-now]");
    if (at && at.dataset.seen !== at.dataset.now) {
      at.dataset.seen = at.dataset.now;
      skew = Number(at.dataset.now) - Date.now();
    }
  };
  const tick = () => {
    learn();
    const now = Date.now() + skew;
    for (const el of document.querySelectorAll("[data-since]")) el.textContent = clock(now - Number(el.dataset.since));
    for (const el of document.querySelectorAll("[data-until]")) {
      const left = Number(el.dataset.until) - now;
      el.textContent = (left < 0 ? "+" : "") + clock(left);
      el.closest("[data-tint]")?.classList.toggle("is-bad", left < 0);
    }
  };
  // On a phone the menu is one row that is pushed sideways: the page shown is in sight.
  const here = document.querySelector(".top nav [aria-current]");
  if (here) {
    const menu = here.closest("nav");
    const show = () => {
      const from = menu.getBoundingClientRect();
      const to = here.getBoundingClientRect();
      menu.scrollLeft += Math.max(0, to.right - from.right + 48);
    };
    show();
    // A phone that is turned.
    addEventListener("resize", show);
  }
  const feed = () => document.getElementById("feed");
  const say = (state) => {
    const el = feed();
    if (!el || el.dataset.state === state || el.dataset.state === "still") return;
    el.dataset.state = state;
    const word = el.querySelector("[data-word]");
    if (state === "stale") {
      const now = new Date(Date.now() + skew);
      const at = new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Seoul", timeStyle: "medium", hourCycle: "h23" }).format(now);
      word.textContent = el.dataset.stale.replace("{at}", at);
    } else word.textContent = el.dataset[state];
  };
  document.addEventListener("htmx:sse:after:connection", () => say("live"));
  document.addEventListener("htmx:sse:after:message", () => { say("live"); tick(); });
  document.addEventListener("htmx:sse:error", () => say("stale"));
  document.addEventListener("htmx:sse:before:connection", (e) => { if (e.detail?.connection?.attempt > 0) say("stale"); });
  document.addEventListener("over", () => say("still"));
  addEventListener("offline", () => say("stale"));
  document.addEventListener("submit", (e) => {
    if (e.defaultPrevented) return;
    for (const b of e.target.querySelectorAll("button")) setTimeout(() => { b.disabled = true; }, 0);
  });
  addEventListener("pageshow", () => { for (const b of document.querySelectorAll("button:disabled")) b.disabled = false; });
  // A page that could not be made because the store is away comes back with the store.
  const away = document.querySelector("[data-retry]");
  if (away) {
    away.hidden = false;
    const look = async () => {
      const back = await fetch(away.dataset.retry, { cache: "no-store" }).then((answer) => answer.ok, () => false);
      if (back) location.reload(); else setTimeout(look, 3000);
    };
    setTimeout(look, 3000);
  }
  setInterval(tick, 1000);
  tick();
})();
