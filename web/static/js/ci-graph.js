// The impact picture: items in layers, classes drawn together as one node, search, and every node within reach of keys.
import cytoscape from "/static/vendor/cytoscape-3.34.4/cytoscape.esm.min.mjs";
import dagre from "/static/vendor/cytoscape-dagre-4.0.1/cytoscape-dagre.min.mjs";
import { save } from "./ci-graph-save.js";

cytoscape.use(dagre);
const MANY = 60; // nodes above which classes are drawn together at first
const WIDE = 16; // nodes in a line where there are many
const FEW = 4; // items of a class that are never drawn together
const root = document.getElementById("graph");
const said = document.getElementById("graph-said");
const field = (name) => document.getElementById(`graph-${name}`);
const colour = (name) => getComputedStyle(document.querySelector(`[data-probe="${name}"]`)).color;
const open = new Set(); // classes that somebody unfolded
let data, cy, chosen = null;

function groupOf(node) {
  const together = field("collapse").checked && node.id !== data.start && !open.has(node.class);
  return together && data.sizes.get(node.class) > FEW ? `class ${node.class}` : node.id;
}

function elements() {
  const nodes = new Map(), links = new Map(), home = new Map();
  for (const node of data.nodes) {
    const id = groupOf(node);
    home.set(node.id, id);
    const known = nodes.get(id) ?? { ...node, id, label: label(node), count: 0, tickets: 0, item: node.id };
    known.count += 1;
    known.tickets += node.tickets;
    if (id !== node.id) Object.assign(known, { label: `${node.kind} × ${known.count}`, group: node.class });
    nodes.set(id, known);
  }
  for (const link of data.links) {
    const [source, target] = [home.get(link.from), home.get(link.to)];
    if (source !== target) links.set(`${source} ${target}`, { source, target, label: link.label });
  }
  return [...nodes.values(), ...[...links].map(([id, link]) => ({ id: `link ${id}`, ...link }))].map((each) => ({ data: each }));
}

const label = (node) => `${node.tickets ? "⚠ " : ""}${node.name}\n${node.kind}`;

function layout() {
  const steps = field("layout").value === "steps";
  if (steps && cy.nodes().length <= MANY) return { name: "dagre", rankDir: "TB", nodeSep: 18, rankSep: 60, ranker: "longest-path", animate: false };
  const rows = new Map();
  cy.nodes().forEach((node) => {
    const row = node.data(steps ? "distance" : "layer");
    rows.set(row, [...(rows.get(row) ?? []), node]);
  });
  const places = {};
  let line = 0;
  for (const row of [...rows.keys()].sort((a, b) => a - b)) {
    const all = inOrder(rows.get(row), places);
    for (let from = 0; from < all.length; from += WIDE, line += 1) {
      const some = all.slice(from, from + WIDE);
      some.forEach((node, place) => { places[node.id()] = { x: (place - (some.length - 1) / 2) * 150, y: line * 70 }; });
    }
    line += 0.6;
  }
  return { name: "preset", positions: (node) => places[node.id()], animate: false };
}

// Under what they hang on, as far as that stands already; those of one class side by side.
function inOrder(nodes, places) {
  const middle = (node) => {
    const above = node.incomers("node").map((other) => places[other.id()]?.x).filter((x) => x !== undefined);
    return above.length ? above.reduce((sum, x) => sum + x, 0) / above.length : 0;
  };
  return nodes.map((node) => [middle(node), node.data("kind"), node])
    .sort((a, b) => a[1].localeCompare(b[1]) || a[0] - b[0]).map(([, , node]) => node);
}

function style() {
  const text = colour("text"), line = colour("line-strong"), accent = colour("accent");
  return [
    { selector: "node", style: { label: "data(label)", shape: "round-rectangle", width: 130, height: 40, "font-size": 11, color: text,
      "text-valign": "center", "text-wrap": "wrap", "text-max-width": 122, "background-color": colour("surface"), "border-width": 1, "border-color": line } },
    { selector: "node[group]", style: { "border-width": 3, "border-style": "double" } },
    { selector: "node[tickets > 0]", style: { "border-color": colour("red"), "border-width": 3 } },
    { selector: "node.start", style: { "border-color": accent, "border-width": 4 } },
    { selector: "node.chosen", style: { "underlay-color": accent, "underlay-opacity": 0.35, "underlay-padding": 6 } },
    { selector: "node.dim", style: { opacity: 0.25 } },
    { selector: "edge", style: { width: 1, opacity: cy.nodes().length > MANY ? 0.25 : 1, "line-color": line, "target-arrow-color": line, "target-arrow-shape": "triangle", "curve-style": "bezier" } },
    { selector: "edge.near", style: { width: 2, opacity: 1, "line-color": accent, "target-arrow-color": accent } },
  ];
}

function draw() {
  cy?.destroy();
  cy = cytoscape({ container: root, elements: elements(), minZoom: 0.05, maxZoom: 3, boxSelectionEnabled: false, autounselectify: true });
  cy.style(style());
  cy.getElementById(data.start).addClass("start");
  cy.layout(layout()).run();
  cy.fit(undefined, 24);
  if (cy.zoom() > 1.2) { cy.zoom(1.2); cy.center(); }
  cy.on("tap", "node", ({ target }) => choose(target));
  cy.on("dbltap", "node", ({ target }) => enter(target));
  root.dataset.nodes = cy.nodes().length;
}

function choose(node) {
  chosen?.removeClass("chosen");
  cy.edges().removeClass("near");
  chosen = node;
  node.connectedEdges().addClass("near");
  node.addClass("chosen");
  const { name, kind, count, tickets, group, distance } = node.data();
  said.textContent = group ? `${count} items: ${kind}. Enter unfolds them.`
    : `${name}, ${kind}, ${distance} steps away${tickets ? `, ${tickets} open tickets` : ""}. Enter opens it.`;
  const seen = cy.extent(), at = node.position();
  if (at.x < seen.x1 || at.x > seen.x2 || at.y < seen.y1 || at.y > seen.y2) cy.center(node);
}

function enter(node) {
  if (!node.data("group")) return location.assign(`/cis/${encodeURIComponent(node.data("item")).replaceAll("%2F", "/")}`);
  open.add(node.data("group"));
  draw();
}

function nearest(nodes) {
  const from = chosen.position();
  return nodes.sort((a, b) => Math.abs(a.position("x") - from.x) - Math.abs(b.position("x") - from.x))[0];
}

function step(key) {
  if (!chosen || chosen.removed()) return choose(cy.getElementById(data.start));
  const at = chosen.position();
  const level = cy.nodes().filter((node) => Math.abs(node.position("y") - at.y) < 5);
  const found = { ArrowDown: () => nearest(chosen.outgoers("node")), ArrowUp: () => nearest(chosen.incomers("node")),
    ArrowRight: () => nearest(level.filter((node) => node.position("x") > at.x + 1)),
    ArrowLeft: () => nearest(level.filter((node) => node.position("x") < at.x - 1)) }[key]();
  if (found) choose(found);
}

function zoom(by) {
  cy.zoom({ level: cy.zoom() * by, renderedPosition: { x: root.clientWidth / 2, y: root.clientHeight / 2 } });
}

root.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const acts = { Enter: () => chosen && enter(chosen), "+": () => zoom(1.25), "-": () => zoom(0.8), f: () => cy.fit(undefined, 24) };
  const act = event.key.startsWith("Arrow") ? () => step(event.key) : acts[event.key];
  if (!act || !cy) return;
  event.preventDefault();
  event.stopPropagation();
  act();
});

function find(words) {
  const wanted = words.trim().toLowerCase();
  const hidden = wanted && data.nodes.find((node) => node.name.toLowerCase().includes(wanted) && groupOf(node) !== node.id);
  if (hidden) { open.add(hidden.class); draw(); }
  const fits = (node) => node.data("label").toLowerCase().includes(wanted);
  cy.nodes().forEach((node) => node.toggleClass("dim", wanted !== "" && !fits(node)));
  const first = wanted && cy.nodes().filter(fits)[0];
  if (first) choose(first);
  else if (wanted) said.textContent = "No item in the picture has such a name.";
}

async function keep(kind) {
  try {
    await save(kind, cy, colour, document.querySelector("h1").textContent);
    said.textContent = `The picture is saved as ${kind.toUpperCase()}, as it is drawn now.`;
  } catch (trouble) {
    said.textContent = `The picture could not be saved: ${trouble.message}`;
  }
}

async function begin() {
  const answer = await fetch(root.dataset.src, { headers: { Accept: "application/json" } });
  if (!answer.ok) { said.textContent = "The picture could not be loaded; the table below holds the same."; return; }
  data = await answer.json();
  data.sizes = new Map();
  for (const node of data.nodes) data.sizes.set(node.class, (data.sizes.get(node.class) ?? 0) + 1);
  field("tools").hidden = false;
  field("collapse").checked = data.nodes.length > MANY;
  field("collapse").addEventListener("change", () => { open.clear(); draw(); });
  field("layout").addEventListener("change", draw);
  field("fit").addEventListener("click", () => cy.fit(undefined, 24));
  for (const kind of ["svg", "png"]) field(kind).addEventListener("click", () => keep(kind));
  field("find").addEventListener("input", ({ target }) => find(target.value));
  draw();
}

begin();
