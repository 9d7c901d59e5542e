/* Keeps what is happening, with a mailing or with the whole installation, current without reloading. Without script the page still shows what held when it was loaded. */
(() => {
  const box = document.querySelector("[data-progress]");
  if (!box) return;
  const EVERY = Number(box.dataset.every) || 2500;
  const AFTER_FAULT = 15000;
  // A screen reader is told seldom: each figure would drown the page.
  const SAY_EVERY = 60000;
  const settled = new Set(["done", "cancelled", "draft"]);
  const bar = box.querySelector("progress");
  const said = box.querySelector("[data-said]");
  const notes = box.querySelector("[data-notes]");
  let lastSaid = Date.now();
  let waiting = 0;

  const put = (place, text) => {
    if (place.textContent !== text) place.textContent = text;
  };
  const write = (now) => {
    if (bar) {
      bar.max = Math.max(now.total, 1);
      bar.value = now.finished_count;
    }
    for (const place of document.querySelectorAll("[data-write]")) put(place, String(now[place.dataset.write]));
    // Wagtail's own pop-ups have states of theirs.
    for (const place of document.querySelectorAll("[data-state]")) {
      if (place.dataset.state in now.shown) put(place, now.shown[place.dataset.state]);
    }
    for (const place of document.querySelectorAll("[data-level-of]")) place.dataset.level = now[place.dataset.levelOf];
    for (const place of document.querySelectorAll("[data-problem]")) place.hidden = !now[place.dataset.problem];
    if (notes && [...notes.children].map((note) => note.textContent).join("\n") !== now.notes.join("\n")) {
      notes.replaceChildren(...now.notes.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
      notes.hidden = !now.notes.length;
    }
    if (said && Date.now() - lastSaid > SAY_EVERY) {
      put(said, `${now.sentence} ${now.pace}`.trim());
      lastSaid = Date.now();
    }
  };
  const wait = (milliseconds) => {
    clearTimeout(waiting);
    if (!document.hidden) waiting = setTimeout(refresh, milliseconds);
  };
  const refresh = async () => {
    let now;
    try {
      const answer = await fetch(box.dataset.progress, { headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) return wait(AFTER_FAULT);
      now = await answer.json();
    } catch {
      return wait(AFTER_FAULT);
    }
    // Buttons and the reason for a pause are drawn by the server: load them anew when the status has changed.
    if (box.dataset.run !== now.status) return location.reload();
    write(now);
    if (!settled.has(now.status)) wait(EVERY);
  };
  document.addEventListener("visibilitychange", () => wait(0));
  if (!settled.has(box.dataset.run)) wait(EVERY);
})();
