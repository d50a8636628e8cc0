// A deadline counts down by the minute in its last days. Without it, the days that are left stand there.

const units = [["day", 86_400], ["hour", 3_600], ["minute", 60]];
const places = [...document.querySelectorAll("[data-countdown]")];
const language = document.documentElement.lang;

const left = (seconds) => {
  let rest = Math.max(0, Math.floor(seconds));
  const parts = [];
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 || unit === "minute") {
      parts.push(new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(count));
    }
  }
  return parts.join(" ");
};

const tick = () => {
  for (const place of places) {
    const [time, text] = [place.querySelector("time"), place.querySelector(".deadline-left")];
    const seconds = time ? (Date.parse(time.dateTime) - Date.now()) / 1000 : 0;
    if (text && seconds > 0) text.textContent = place.dataset.countdown.replace("{left}", left(seconds));
  }
};

if (places.length > 0) {
  tick();
  setInterval(tick, 30_000);
}
