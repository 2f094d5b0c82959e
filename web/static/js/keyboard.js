// Single keys for the frequent actions; `?` lists them, and a switch there turns them off.
import { tinykeys } from "/static/vendor/tinykeys-4.0.0/tinykeys.mjs";

const OFF = "longwatch-keys-off";
const find = (selector) => document.querySelector(selector);
const rows = () => [...document.querySelectorAll(".tickets .subject a")];

function move(step) {
  const links = rows();
  const at = links.indexOf(document.activeElement);
  const from = at >= 0 ? at : links.findIndex((link) => link.closest("[aria-current]"));
  const next = links[from < 0 ? 0 : Math.min(links.length - 1, Math.max(0, from + step))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function neighbour(step) {
  const links = rows();
  links[links.findIndex((link) => link.closest("[aria-current]")) + step]?.click();
}

// A button is pressed; a sheet is opened and its first field takes the typing.
function act(key) {
  const target = find(`[data-key="${key}"]`);
  if (target?.tagName !== "SUMMARY") return target?.click();
  target.parentElement.open = true;
  target.parentElement.querySelector(".sheet :is(select, textarea, input:not([type=hidden]), button)")?.focus();
}

function write(mode) {
  const choice = find(`.composer input[value="${mode}"]`);
  if (choice) choice.checked = true;
  find(".composer textarea")?.focus();
}

function leave() {
  const sheet = find("details.action[open]");
  if (sheet) { sheet.open = false; return sheet.firstElementChild.focus(); }
  if (document.activeElement !== document.body) return document.activeElement.blur();
  find("[data-back]")?.click();
}

const go = (path) => () => location.assign(path);
const single = {
  j: () => move(1), k: () => move(-1),
  ArrowDown: () => rows().includes(document.activeElement) && move(1),
  ArrowUp: () => rows().includes(document.activeElement) && move(-1),
  ...Object.fromEntries([..."mospez"].map((key) => [key, () => act(key)])),
  r: () => write("public"), n: () => write("internal"),
  c: go("/new"), "/": () => find(".search-box input")?.focus(),
  "g q": go("/"), "g a": go("/alerts"), "g i": go("/inbox"), "g n": go("/notifications"),
  "[": () => neighbour(-1), "]": () => neighbour(1),
  "?": () => document.getElementById("keys").showModal(),
};

const enabled = () => localStorage.getItem(OFF) === null;
const guard = (action) => (event) => {
  if (!enabled() || find("dialog[open]") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (action(event) !== false) event.preventDefault();
};
const bindings = Object.fromEntries(Object.entries(single).map(([keys, action]) => [keys, guard(action)]));
bindings["Shift+?"] = bindings["?"];
tinykeys(window, bindings);

tinykeys(window, {
  Escape: () => find("dialog[open]") || leave(),
  "$mod+Enter": (event) => event.target.form?.requestSubmit(),
  "$mod+Shift+Enter": (event) => {
    const button = event.target.form?.querySelector("[data-send-and-wait]");
    if (button) event.target.form.requestSubmit(button);
  },
}, { ignore: (event) => event.repeat || event.isComposing });

const toggle = document.getElementById("keys-on");
if (toggle) {
  toggle.checked = enabled();
  toggle.addEventListener("change", () => (toggle.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
}
