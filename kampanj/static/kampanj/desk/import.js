/* Follows an import that is being worked on, and goes on to the page that shows where it stands when that is done.
   Without script the page says so and has a link. */
(() => {
  const box = document.querySelector("[data-roster-progress]");
  if (!box) return;
  const bar = box.querySelector("progress");
  const label = box.querySelector("[data-label]");
  let shownState = box.dataset.state;
  let failures = 0;
  const again = () => setTimeout(look, Math.min(1000 * 2 ** failures, 30000));
  const look = async () => {
    let now;
    try {
      const answer = await fetch(box.dataset.rosterProgress, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.statusText);
      now = await answer.json();
      failures = 0;
    } catch {
      failures += 1;
      again();
      return;
    }
    if (!now.is_working) {
      location.replace(now.url);
      return;
    }
    if (now.percent === null) bar.removeAttribute("value");
    else bar.value = now.percent;
    // Spoken by screen readers: only a new state, not each step of the bar.
    if (shownState !== now.state) label.textContent = now.sentence;
    shownState = now.state;
    again();
  };
  again();
})();
