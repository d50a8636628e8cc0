// The desk by keyboard, and the countdown of what can be taken back. Without this, Tab, Space and Enter do the same.
const list = document.querySelector("[data-desk]");
const form = document.querySelector("[data-desk-form]");
const rows = () => [...document.querySelectorAll("[data-desk-row]")];
const summary = (row) => row.querySelector("summary");
const box = (row) => row.querySelector('input[name="item"]');
const boxes = () => rows().map(box);

// Choosing: how many, and all at once.
const all = document.querySelector("[data-desk-all]");
const count = document.querySelector("[data-desk-count]");
const tell = () => {
  if (!count) return;
  const chosen = boxes().filter((one) => one.checked).length;
  count.textContent = chosen ? count.dataset.some.replace("%d", chosen) : count.dataset.none;
  all.checked = chosen > 0 && chosen === boxes().length;
  all.indeterminate = chosen > 0 && chosen < boxes().length;
};
document.querySelector("[data-desk-chosen]")?.removeAttribute("hidden");
all?.addEventListener("change", () => {
  for (const one of boxes()) one.checked = all.checked;
  tell();
});
list?.addEventListener("change", tell);
tell();

// Keys, which can be turned off (WCAG 2.1.4).
const help = document.querySelector("[data-desk-keys]");
const on = document.querySelector("[data-desk-on]");
help?.removeAttribute("hidden");
if (on) {
  on.checked = localStorage.getItem("desk-keys") !== "off";
  on.addEventListener("change", () => localStorage.setItem("desk-keys", on.checked ? "on" : "off"));
}

const here = () => rows().find((row) => row.contains(document.activeElement));
const go = (step) => {
  const every = rows();
  const at = every.indexOf(here());
  const next = at < 0 ? (step > 0 ? 0 : every.length - 1) : Math.min(Math.max(at + step, 0), every.length - 1);
  const target = every[next] && summary(every[next]);
  target?.focus();
  target?.scrollIntoView({ block: "nearest" });
};
const send = (button) => {
  const row = here();
  if (!boxes().some((one) => one.checked) && row) box(row).checked = true;
  tell();
  form?.requestSubmit(document.querySelector(button));
};

const keys = {
  j: () => go(1),
  k: () => go(-1),
  o: () => { const row = here(); if (row) { const thing = row.querySelector("details"); thing.open = !thing.open; } },
  x: () => { const row = here(); if (row) { box(row).checked = !box(row).checked; tell(); } },
  "*": () => { if (all) { all.checked = !boxes().every((one) => one.checked); all.dispatchEvent(new Event("change")); } },
  a: () => send("[data-desk-accept]"),
  r: () => send("[data-desk-decline]"),
  u: () => document.querySelector("[data-undo-until] form")?.requestSubmit(),
  "?": () => { if (help) { help.open = !help.open; summary(help)?.focus(); } },
};
document.addEventListener("keydown", (event) => {
  if (!on?.checked && event.key !== "u") return;
  if (on && !on.checked) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest('textarea, select, input:not([type="checkbox"])')) return;
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

// What can be taken back counts down and goes when it no longer can.
const count_down = () => {
  for (const batch of document.querySelectorAll("[data-undo-until]")) {
    const left = Math.ceil((Date.parse(batch.dataset.undoUntil) - Date.now()) / 1000);
    const told = batch.querySelector("[data-undo-left]");
    if (left <= 0) batch.hidden = true;
    else told.textContent = told.textContent.replace(/\d+/, left);
  }
};
if (document.querySelector("[data-undo-until]")) setInterval(count_down, 1000);
