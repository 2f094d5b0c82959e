// Time left and time ago, kept true as time passes. The wording equals web/console/times.py.
const skew = Date.parse(document.documentElement.dataset.now) - Date.now() || 0;
const sprite = document.documentElement.dataset.sprite;

const two = (n) => String(n).padStart(2, "0");

export function span(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 172800) return `${Math.floor(s / 3600)} h ${two(Math.floor((s % 3600) / 60))}`;
  return `${Math.floor(s / 86400)} d ${Math.floor((s % 86400) / 3600)} h`;
}

export function clock(due, soon, now) {
  if (now > due) return { text: `${span((now - due) / 1000)} over`, tone: "red", icon: "flame" };
  const text = `${span((due - now) / 1000)} left`;
  return now >= soon ? { text, tone: "amber", icon: "alarm-clock" } : { text, tone: "green", icon: "clock" };
}

export function ago(at, now) {
  const seconds = Math.round((now - at) / 1000);
  if (Math.abs(seconds) < 10) return "just now";
  return seconds < 0 ? `in ${span(-seconds)}` : `${span(seconds)} ago`;
}

const put = (node, text) => { if (node.textContent !== text) node.textContent = text; };

function tick() {
  const now = Date.now() + skew;
  for (const chip of document.querySelectorAll("time[data-due]")) {
    const shown = clock(Date.parse(chip.dateTime), Date.parse(chip.dataset.soon), now);
    put(chip.lastElementChild, shown.text);
    if (!chip.classList.contains(`tone-${shown.tone}`)) {
      for (const node of [chip, chip.closest(".clock")]) node?.classList.remove("tone-red", "tone-amber", "tone-green");
      for (const node of [chip, chip.closest(".clock")]) node?.classList.add(`tone-${shown.tone}`);
      chip.querySelector("use").setAttribute("href", `${sprite}#${shown.icon}`);
    }
  }
  for (const node of document.querySelectorAll("time[data-ago]")) put(node, ago(Date.parse(node.dateTime), now));
}

setInterval(tick, 1000);
