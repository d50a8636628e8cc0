// Writing something long: warns before it is left unsaved; where the form says so, saves by itself while somebody types; and
// for a challenge, shows who would match. Without it, the buttons do all of that.

const form = document.querySelector("form[data-write]");
if (form) {
  const status = form.querySelector("[data-autosave]");
  const preview = document.querySelector("[data-preview]");
  const say = (text) => { if (status) status.textContent = text; };
  const saves = form.dataset.write === "save";
  let running = false;
  let again = false;
  let stopped = false;
  let changed = false;
  let pressed = null;

  const body = () => new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)]));

  // A saved draft has an address of its own: from then on the form goes there.
  const settle = (answer) => {
    form.elements.version.value = answer.version;
    form.elements.base.value = answer.base;
    if (!answer.location) return;
    const path = answer.location.split("?")[0];
    form.action = path;
    if (form.dataset.previewAt) {
      form.dataset.previewAt = path.replace(/\/edit$/, "/preview");
      document.querySelector("button[formaction]")?.setAttribute("formaction", form.dataset.previewAt);
    }
    form.querySelector("[name=on_behalf_of]")?.closest(".field")?.remove();
    history.replaceState(null, "", answer.location);
  };

  const save = async () => {
    // What is new is kept from the moment it has a name.
    const name = form.elements.title ?? form.elements.name;
    if (stopped || form.dataset.sent || form.elements.version.value === "0" && !name?.value.trim()) return;
    if (running) { again = true; return; }
    running = true;
    changed = false;
    say(form.dataset.saving);
    try {
      const answer = await fetch(form.action, { method: "POST", body: body(), headers: { Accept: "application/json" } });
      if (answer.ok) {
        const kept = await answer.json();
        settle(kept);
        const now = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
        const left = kept.unsaved.length ? [form.dataset.partly, ...kept.unsaved] : [];
        say([form.dataset.saved.replace("{time}", now), ...left].join(" "));
        changed ||= left.length > 0;
      } else if (answer.status === 412) {
        // Somebody else saved: the next press of a button shows both, nothing is lost.
        stopped = true;
        say(form.dataset.stale);
      } else if (answer.status === 401) {
        changed = true;
        say(form.dataset.ended);
      } else {
        const problem = await answer.json().catch(() => ({}));
        const detail = (problem.errors ?? []).map((error) => error.detail ?? error.message ?? "").filter(Boolean);
        say([form.dataset.unsaved, ...detail].join(" "));
        changed = true;
      }
    } catch {
      changed = true;
      say(form.dataset.offline);
    }
    running = false;
    if (pressed) form.requestSubmit(pressed);
    else if (again) { again = false; save(); }
  };

  // A button that is pressed while a save is under way waits for it: the form would carry the version of before, and
  // its own writer would be told that somebody else was faster.
  form.addEventListener("submit", (event) => {
    pressed = running ? event.submitter ?? form.querySelector("[type=submit]") : null;
    if (pressed) event.preventDefault();
  });

  const ask = async () => {
    if (!preview || !form.dataset.previewAt) return;
    const asked = body();
    asked.set("fragment", "on");
    try {
      const answer = await fetch(form.dataset.previewAt, { method: "POST", body: asked, headers: { Accept: "text/html" } });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      preview.replaceChildren(...page.body.childNodes);
    } catch { /* Offline: what is shown stays. */ }
  };

  const after = (wait, act) => {
    let timer;
    return () => { clearTimeout(timer); timer = setTimeout(act, wait); };
  };
  const saveSoon = after(2500, save);
  const askSoon = after(1200, ask);
  form.addEventListener("input", () => { changed = true; if (saves) saveSoon(); askSoon(); });
  addEventListener("beforeunload", (event) => {
    if (changed && !form.dataset.sent) event.preventDefault();
  });
}
