/* The way out, for those who have script: the page is blanked at once, then this entry of the history is replaced by the
   neutral page. Whatever way the button is pressed (also for a new tab) it is this tab that leaves. */
"use strict";

(() => {
  const button = document.querySelector(".leave__link");
  if (!button) {
    return;
  }
  const goal = button.href;
  let hasLeft = false;

  const leave = () => {
    hasLeft = true;
    document.title = new URL(goal).hostname;
    document.body.replaceChildren();
    window.location.replace(goal);
  };

  const pressed = (event) => {
    event.preventDefault();
    leave();
  };

  button.addEventListener("click", pressed);
  // The middle button; the right one opens the browser's own menu.
  button.addEventListener("auxclick", (event) => event.button === 1 && pressed(event));
  // Back again out of the browser's memory, after a goal that did not answer: leave again.
  window.addEventListener("pageshow", (event) => event.persisted && hasLeft && leave());
})();
