// The ticks of a comparison: its button works from two on, and no more can be ticked than fit side by side.

for (const form of document.querySelectorAll("form[data-compare]")) {
  const most = Number(form.dataset.compare);
  const button = form.querySelector("button[type=submit]");
  const ticks = [...form.querySelectorAll("input[type=checkbox]")];
  const settle = () => {
    const chosen = ticks.filter((tick) => tick.checked).length;
    button.disabled = chosen < 2;
    for (const tick of ticks) tick.disabled = !tick.checked && chosen >= most;
  };
  form.addEventListener("change", settle);
  addEventListener("pageshow", settle);
  settle();
}
