// Small comforts of every page; without them everything works as well.

// An open menu closes on Escape and on a click beside it, as menus do.
const menus = () => document.querySelectorAll("details[data-menu][open]");
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
});
document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});

// A form that is on its way is not sent a second time; coming back to the page makes it ready again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  else queueMicrotask(() => { if (!event.defaultPrevented) form.dataset.sent = "yes"; });
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// A page that lists what is to be mended begins there.
document.querySelector("[data-error-summary]:not([data-sample] *)")?.focus();
