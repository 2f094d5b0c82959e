// Saves the impact picture as it is drawn: as SVG, written here from the places of nodes and links, or as PNG.
const MARGIN = 24;
const FONT = 11, LINE = 14; // pixels
const SHARP = 2; // PNG pixels for one of the picture
const WIDEST = 16000; // pixels of a PNG that every browser can draw
const escaped = (text) => String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
const number = (value) => Math.round(value * 10) / 10;

// Words in lines that fit the box; what still does not is cut.
function lines(text, most) {
  const found = [];
  for (const part of text.split("\n")) {
    let line = "";
    for (const word of part.split(" ")) {
      if (line && line.length + word.length >= most) { found.push(line); line = word; } else line = line ? `${line} ${word}` : word;
    }
    found.push(line);
  }
  return found.slice(0, 3).map((line) => (line.length > most ? `${line.slice(0, most - 1)}…` : line));
}

function box(node, colour) {
  const { x, y } = node.position(), [w, h] = [node.width(), node.height()];
  const start = node.hasClass("start"), troubled = node.data("tickets") > 0;
  const edge = colour(start ? "accent" : troubled ? "red" : "line-strong"), width = start || troubled || node.data("group") ? 3 : 1;
  const said = lines(node.data("label"), Math.floor(w / 6.2));
  const first = y - ((said.length - 1) * LINE) / 2 + FONT / 3;
  const text = said.map((line, place) => `<tspan x="${number(x)}" y="${number(first + place * LINE)}">${escaped(line)}</tspan>`).join("");
  return `<g><title>${escaped(node.data("label").replace("\n", ", "))}</title>`
    + `<rect x="${number(x - w / 2)}" y="${number(y - h / 2)}" width="${w}" height="${h}" rx="6" fill="${colour("surface")}" stroke="${edge}" stroke-width="${width}"/>`
    + `<text text-anchor="middle" fill="${colour("text")}">${text}</text></g>`;
}

function link(edge, colour) {
  const from = edge.sourceEndpoint(), to = edge.targetEndpoint();
  if (![from?.x, from?.y, to?.x, to?.y].every(Number.isFinite)) return "";
  const ends = `x1="${number(from.x)}" y1="${number(from.y)}" x2="${number(to.x)}" y2="${number(to.y)}"`;
  return `<line ${ends} stroke="${colour("line-strong")}" stroke-opacity="${edge.style("opacity")}" marker-end="url(#end)"><title>${escaped(edge.data("label"))}</title></line>`;
}

export function svgOf(cy, colour, title) {
  const { x1, y1, w, h } = cy.elements().boundingBox();
  const view = [x1 - MARGIN, y1 - MARGIN, w + 2 * MARGIN, h + 2 * MARGIN].map(number);
  const end = `<marker id="end" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L10 5L0 10z" fill="${colour("line-strong")}"/></marker>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${view.join(" ")}" width="${view[2]}" height="${view[3]}" role="img" font-family="sans-serif" font-size="${FONT}">`
    + `<title>${escaped(title)}</title><defs>${end}</defs>`
    + `<rect x="${view[0]}" y="${view[1]}" width="${view[2]}" height="${view[3]}" fill="${colour("surface")}"/>`
    + cy.edges().map((edge) => link(edge, colour)).join("") + cy.nodes().map((node) => box(node, colour)).join("") + "</svg>";
}

function pngOf(cy, colour) {
  const { w, h } = cy.elements().boundingBox();
  return cy.png({ output: "blob-promise", full: true, bg: colour("surface"), scale: SHARP, maxWidth: Math.min(WIDEST, w * SHARP), maxHeight: Math.min(WIDEST, h * SHARP) });
}

export async function save(kind, cy, colour, title) {
  const blob = kind === "png" ? await pngOf(cy, colour) : new Blob([svgOf(cy, colour, title)], { type: "image/svg+xml" });
  const place = document.createElement("a");
  place.href = URL.createObjectURL(blob);
  place.download = `${title.replace(/[^\p{L}\p{N}.-]+/gu, "-").slice(0, 100)}.${kind}`;
  place.click();
  URL.revokeObjectURL(place.href);
}
