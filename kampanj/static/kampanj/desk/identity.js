// What django-allauth's script for security keys only writes in the console, the page says.
document.addEventListener("allauth.error", () => {
  const fault = document.querySelector("[data-key-fault]");
  if (fault) fault.hidden = false;
});
