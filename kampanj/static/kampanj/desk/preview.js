/* The preview shows the way that is chosen. Wagtail drops a choice made while the way before is still being loaded, and
   would then name one way and show another. */
addEventListener("w-preview:updated", ({ target }) => {
  const chosen = target.querySelector("[data-w-preview-target=mode]");
  const frame = target.querySelector("#w-preview-iframe[src]");
  if (!chosen || !frame) return;
  const shown = new URL(frame.src).searchParams.get("mode");
  /* The panel tells of its update before it has finished it. */
  if (shown !== null && shown !== chosen.value) setTimeout(() => chosen.dispatchEvent(new Event("change", { bubbles: true })));
});
