// A model card is Markdown from whoever trained the model: headings, lists, paragraphs and tables as plain elements.
// Nothing of it becomes code, and links stay words.
import { make } from "../dom.js";

export function markdown(text) {
  const card = text.replace(/^---\n[\s\S]*?\n---\n/, ""); // what a hub reads of it
  const named = new Map(); // how many tables have a name: each is told apart from the others
  return card.split(/\n{2,}/).map((block) => block.trim()).filter(Boolean).map((block) => blockOf(block, named));
}

function blockOf(block, named) {
  const heading = /^(#{1,6}) (.*)/.exec(block);
  if (heading) return make(heading[1].length < 3 ? "h3" : "h4", {}, ...inline(heading[2]));
  if (block.startsWith("|")) return table(block, named);
  if (/^[-*] /.test(block)) {
    return make("ul", {}, ...block.split(/\n(?=[-*] )/).map((item) => make("li", {}, ...inline(item.slice(2)))));
  }
  return make("p", {}, ...inline(block));
}

function table(block, named) {
  const rows = block.split("\n").filter((line) => !/^[|\s:-]+$/.test(line))
    .map((line) => line.replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim()));
  const line = (cells, kind) => make("tr", {}, ...cells.map((cell) => make(cell ? kind : "td", {}, ...inline(cell))));
  const made = make("table", {}, make("thead", {}, line(rows[0], "th")), make("tbody", {}, ...rows.slice(1).map((row) => line(row, "td"))));
  const name = rows[0].join(", ") || "table";
  named.set(name, (named.get(name) ?? 0) + 1);
  const label = named.get(name) > 1 ? `${name} (${named.get(name)})` : name;
  return make("div", { className: "scroll", tabIndex: 0, aria: { role: "region", label } }, made);
}

function inline(text) {
  return text.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").split(/(\*\*[^*]+\*\*|`[^`]+`)/).map((piece) => {
    if (piece.startsWith("**")) return make("strong", { textContent: piece.slice(2, -2) });
    return piece.startsWith("`") ? make("code", { textContent: piece.slice(1, -1) }) : piece;
  });
}
