/* Has the kits drawn that are not there yet, one language after the other, and shows how far it is. Without script each has a button. */
(() => {
  const box = document.querySelector("[data-share-progress]");
  const forms = [...document.querySelectorAll("[data-share-build]")];
  if (!box || !forms.length) return;
  const bar = box.querySelector("progress");
  const label = box.querySelector("[data-label]");
  const said = document.querySelector("[data-said]");
  const draw = async (form) => {
    label.textContent = `${said.dataset.words}: ${form.dataset.language}`;
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
    const { fault } = await answer.json();
    if (!fault) return true;
    const place = form.querySelector("[data-fault]");
    place.textContent = fault;
    place.hidden = false;
    return false;
  };
  const all = async () => {
    box.hidden = false;
    said.textContent = said.dataset.words;
    let well = true;
    try {
      for (const form of forms) {
        well = (await draw(form)) && well;
        bar.value += 1;
      }
    } catch {
      /* The buttons still work, and say what is wrong. */
      well = false;
    }
    if (well) location.reload();
    else box.hidden = true;
  };
  all();
})();
