/* Keeps a mailing's progress current without reloading. Without script the page still shows the counts of its loading. */
(() => {
  const box = document.querySelector("[data-progress]");
  if (!box) return;
  const bar = box.querySelector("progress");
  const write = (selector, value) => {
    const place = box.querySelector(selector);
    if (place && place.textContent !== String(value)) place.textContent = value;
  };
  const settled = new Set(["done", "cancelled", "draft"]);
  let shownStatus = null;
  const refresh = async () => {
    const answer = await fetch(box.dataset.progress, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const now = await answer.json();
    bar.max = Math.max(now.total, 1);
    bar.value = now.finished_count;
    write("[data-status]", now.status_label);
    write("[data-finished]", now.finished_count);
    write("[data-total]", now.total);
    for (const cell of box.querySelectorAll("[data-state]")) cell.textContent = now[cell.dataset.state];
    // Buttons and the reason for a pause are drawn by the server: load them anew when the status has changed.
    if (shownStatus !== null && shownStatus !== now.status) location.reload();
    shownStatus = now.status;
    if (!settled.has(now.status)) setTimeout(refresh, 2000);
  };
  refresh();
})();
