// One stream of changes for all tabs: the one that holds the lock listens and tells the others. Browsers allow a host
// six connections: a stream per tab would silence the seventh.
const url = document.documentElement.dataset.live;
const channel = new BroadcastChannel("longwatch-live");

let missed = false; // a page nobody looks at asks for nothing
function tell(message) {
  if (document.hidden) { missed = true; return; }
  const names = message.all ? ["live:all"] : message.tickets.map((number) => `live:${number}`);
  for (const id of message.all ? ["", "alerts-"] : message.tickets) names.push(id.startsWith("alerts-") ? "live:alerts" : "live:queue");
  if (message.people) names.push("live:me");
  for (const name of new Set(names)) document.body.dispatchEvent(new CustomEvent(name, { detail: message }));
}
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && missed) { missed = false; tell({ all: true, tickets: [] }); }
});
function spread(message) { channel.postMessage(message); tell(message); }
channel.onmessage = ({ data }) => tell(data);

function listen() {
  let broken = false;
  const stream = new EventSource(url);
  stream.onopen = () => { if (broken) spread({ all: true, tickets: [] }); broken = false; };
  stream.addEventListener("changed", ({ data }) => spread(JSON.parse(data)));
  stream.onerror = () => {
    broken = true;
    if (stream.readyState !== EventSource.CLOSED) return;
    setTimeout(() => { spread({ all: true, tickets: [] }); listen(); }, 20000);
  };
}

if (url) {
  if (navigator.locks) navigator.locks.request("longwatch-live", () => { listen(); return new Promise(() => {}); });
  else listen();
}
