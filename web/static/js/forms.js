// Words that were typed are never lost: not to a double press, not to a page that changes under the hands.
const dirty = (form) => form?.dataset?.dirty !== undefined;

document.addEventListener("input", ({ target }) => { if (target.form?.method === "post") target.form.dataset.dirty = ""; });

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.busy !== undefined) { event.preventDefault(); event.stopImmediatePropagation(); return; }
  form.dataset.busy = "";
}, true);
const release = (form) => { delete form?.dataset?.busy; };
addEventListener("pageshow", () => document.querySelectorAll("form[data-busy]").forEach(release));
document.addEventListener("htmx:afterRequest", ({ detail }) => release(detail.elt));

// A live update redraws the page around a form somebody is typing in; the answer to that very form redraws it too.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const form = detail.requestConfig?.elt;
  if (form?.tagName !== "FORM" || !detail.shouldSwap) return;
  delete form.dataset.dirty;
  if (detail.xhr.status < 400) { form.reset(); form.closest("details")?.removeAttribute("open"); }
});
Object.assign(Idiomorph.defaults.callbacks, {
  beforeNodeMorphed: (old) => !(old.tagName === "FORM" && dirty(old)),
  beforeAttributeUpdated: (name, node) => !(name === "open" && node.tagName === "DETAILS") && name !== "data-dirty",
});

function say(text) {
  const area = document.getElementById("toasts");
  area.replaceChildren(Object.assign(document.createElement("p"), { className: "notice tone-amber", textContent: text }));
}
const kept = "What you typed is still here.";
document.addEventListener("htmx:sendError", () => say(`The desk does not answer; try again in a moment. ${kept}`));
document.addEventListener("htmx:responseError", ({ detail: { xhr } }) =>
  say(`${xhr.status === 401 ? "You are signed out. Sign in in another tab." : `That did not work (${xhr.status}).`} ${kept}`));
document.addEventListener("htmx:afterSwap", () => document.querySelector("[data-wrong]")?.focus());

const banner = document.getElementById("offline");
const online = () => banner?.classList.toggle("on", !navigator.onLine);
addEventListener("online", online);
addEventListener("offline", online);

document.addEventListener("click", ({ target }) => {
  const opener = target.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog).showModal();
  for (const sheet of document.querySelectorAll("details.action[open]")) {
    if (!sheet.contains(target) && !dirty(sheet.querySelector("form"))) sheet.open = false;
  }
});
