// Sliders that re-rank at once. Without this the form's button does the same.
const form = document.querySelector("form[data-weights]");
const ranking = () => document.querySelector("[data-ranking]");

let waiting;
let asked;

// The page of these weights is fetched whole and its ranking put in place, so that there is one source of it.
const rank = async () => {
  asked?.abort();
  asked = new AbortController();
  const query = new URLSearchParams(new FormData(form));
  const limit = new URLSearchParams(location.search).get("limit");
  if (limit) query.set("limit", limit);
  const address = `${form.action.split("?")[0]}?${query}`;
  const shown = ranking();
  shown.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { headers: { accept: "text/html" }, signal: asked.signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-ranking]");
    if (!answer.ok || !fresh) return;
    for (const open of shown.querySelectorAll("li[id] details[open]")) {
      const row = fresh.querySelector(`#${CSS.escape(open.closest("li").id)} details`);
      if (row) row.open = true;
    }
    shown.replaceWith(document.adoptNode(fresh));
    history.replaceState(null, "", address);
  } catch (failure) {
    if (failure.name !== "AbortError") throw failure;
  } finally {
    ranking().removeAttribute("aria-busy");
  }
};

form?.addEventListener("input", (event) => {
  const output = event.target.parentElement?.querySelector("output");
  if (output) output.value = event.target.value;
  clearTimeout(waiting);
  waiting = setTimeout(rank, 150);
});
