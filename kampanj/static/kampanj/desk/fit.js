/* Says beside each panel of the folder what of it does not fit on paper, of the version that was last saved. */
(() => {
  const SECONDS = 10;
  const placeOf = (block) => document.getElementById(block ? `block-${block}-section` : "panel-child-folder-folder_formats-section");
  const tell = ({ block, message }) => {
    const place = placeOf(block);
    if (!place) return false;
    const told = document.createElement("p");
    told.className = "help-block help-warning";
    told.dataset.misfit = "";
    told.textContent = message;
    /* Below the heading, which opens and closes the panel. */
    place.querySelector(".w-panel__header").after(told);
    return true;
  };
  /* The panels are drawn by script, a while after the page is there. */
  const all = (misfits, until) => {
    const left = misfits.filter((one) => !tell(one));
    if (left.length && performance.now() < until) setTimeout(all, 200, left, until);
  };
  const ask = async (address) => {
    const answer = await fetch(address, { credentials: "same-origin" });
    if (answer.ok) all((await answer.json()).misfits, performance.now() + SECONDS * 1000);
  };
  const { folderFit } = document.currentScript.dataset;
  addEventListener("load", () => {
    /* A campaign that has been saved: no other page chooses formats, and a new one has no address yet. */
    const page = document.querySelector("[data-edit-form]")?.getAttribute("action").match(/\/pages\/(\d+)\/edit\//);
    if (page && placeOf("")) ask(folderFit.replace("/0/", `/${page[1]}/`));
  });
})();
