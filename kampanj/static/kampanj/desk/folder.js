/* Fetches each format's pages, one after the other, for each takes the server a second or two, and shows how far it is. */
(() => {
  const box = document.querySelector("[data-folder-progress]");
  const places = [...document.querySelectorAll("[data-folder]")];
  if (!box || !places.length) return;
  const bar = box.querySelector("progress");
  const label = box.querySelector("[data-label]");
  const said = document.querySelector("[data-said]");
  const fill = async (place) => {
    label.textContent = `${said.dataset.waiting}: ${place.dataset.name}`;
    try {
      const answer = await fetch(place.dataset.folder, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      place.innerHTML = await answer.text();
    } catch {
      /* The link to the pages stays. */
      const told = document.createElement("p");
      told.textContent = said.dataset.failed;
      place.prepend(told);
    }
    bar.value += 1;
  };
  const all = async () => {
    box.hidden = false;
    said.textContent = said.dataset.waiting;
    for (const place of places) await fill(place);
    box.hidden = true;
    said.textContent = said.dataset.done;
  };
  all();
})();
