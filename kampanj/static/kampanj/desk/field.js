/* A link to a field that lies in another tab of the editor: opens the tab, then goes to the field. */
(() => {
  const SECONDS = 5;
  const target = () => document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const tabOf = (field) => {
    const panel = field.closest('[role="tabpanel"]');
    return panel && document.querySelector(`[role="tab"][href="#${panel.id}"], [role="tab"][aria-controls="${panel.id}"]`);
  };
  const go = () => {
    const field = target();
    const tab = field && tabOf(field);
    if (!tab) return false;
    tab.click();
    /* Opening a tab draws it, and Wagtail writes its own address. */
    setTimeout(() => stay(field), 300);
    return true;
  };
  /* What stands above the field is drawn after it and would push it away; whoever does something goes where they want. */
  const stay = (field) => {
    const over = new AbortController();
    const show = () => field.scrollIntoView({ block: "center", behavior: "instant" });
    const drawn = new ResizeObserver(show);
    over.signal.addEventListener("abort", () => drawn.disconnect());
    for (const done of ["wheel", "touchstart", "pointerdown", "keydown"]) {
      addEventListener(done, () => over.abort(), { signal: over.signal, passive: true });
    }
    drawn.observe(field.closest('[role="tabpanel"]'));
    show();
    setTimeout(() => over.abort(), SECONDS * 1000);
  };
  /* The blocks of a page are drawn by script, a while after the page is there. */
  const wait = (until) => {
    if (!go() && performance.now() < until) setTimeout(wait, 100, until);
  };
  if (/^#(block|panel)-/.test(location.hash)) {
    addEventListener("load", () => wait(performance.now() + SECONDS * 1000));
  }
})();
