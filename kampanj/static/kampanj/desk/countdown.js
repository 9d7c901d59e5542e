/* Counts down to a moment, each second. Without script the page still tells the moment; afterwards it is drawn anew. */
(() => {
  const place = document.querySelector("[data-countdown]");
  if (!place) return;
  // By the server's clock: the reader's own may be wrong.
  const ahead = Date.now() - new Date(place.dataset.now).getTime();
  const end = new Date(place.dataset.countdown).getTime() + ahead;
  const show = () => {
    const left = Math.ceil((end - Date.now()) / 1000);
    if (left <= 0) {
      location.reload();
      return;
    }
    const [days, hours, minutes, seconds] = [left / 86400, (left / 3600) % 24, (left / 60) % 60, left % 60].map(Math.floor);
    const clock = [hours, minutes, seconds].map((part) => String(part).padStart(2, "0")).join(":");
    place.textContent = place.dataset.words.replace("{time}", days ? `${days} d ${clock}` : clock);
    setTimeout(show, 1000);
  };
  show();
})();
