/* The segment's form: “from year – to year” ticks boxes, and the count follows what is ticked. Without script the boxes
   work alone, and a button shows the count in a tab of its own. */
(() => {
  const range = document.querySelector("[data-grade-range]");
  const boxes = [...document.querySelectorAll('input[type="checkbox"][name="grades"]')];
  if (range && boxes.length) {
    const from = range.querySelector("[data-from]");
    const to = range.querySelector("[data-to]");
    boxes.forEach((box, place) => {
      for (const choice of [from, to]) choice.add(new Option(box.closest("label").textContent.trim(), place));
    });
    const tick = (event) => {
      event.stopPropagation();
      if (from.value === "" || to.value === "") return;
      const [first, last] = [Number(from.value), Number(to.value)].sort((one, other) => one - other);
      boxes.forEach((box, place) => {
        box.checked = place >= first && place <= last;
      });
      boxes[first].dispatchEvent(new Event("change", { bubbles: true }));
    };
    from.addEventListener("change", tick);
    to.addEventListener("change", tick);
    range.hidden = false;
  }

  const panel = document.querySelector("[data-reach]");
  const form = panel && panel.closest("form");
  if (!form) return;
  const result = panel.querySelector("[data-result]");
  const button = panel.querySelector("button");
  // No longer the button that Enter in a field presses.
  button.type = "button";
  let waiting = null;
  let asked = null;
  const count = async () => {
    if (asked) asked.abort();
    asked = new AbortController();
    const { signal } = asked;
    result.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(panel.dataset.reach, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-Requested-With": "XMLHttpRequest" },
        signal,
      });
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      result.innerHTML = await answer.text();
    } catch (fault) {
      if (signal.aborted) return;
      result.textContent = panel.dataset.failed;
    }
    result.removeAttribute("aria-busy");
  };
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(count, 400);
  };
  form.addEventListener("change", soon);
  button.addEventListener("click", count);
  count();
})();
