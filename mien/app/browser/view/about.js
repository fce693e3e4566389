// What this is, and what it is not; the model's own page.
import { find, make } from "../dom.js";
import { say } from "../strings.js";
import { markdown } from "./markdown.js";

export function about(config, model) {
  find("about-says").replaceChildren(...say.aboutSays.map((textContent) => make("p", { textContent })));
  find("said").textContent = model?.said ?? "";
  find("card-part").hidden = !model?.card;
  find("card").replaceChildren(...markdown(model?.card ?? ""));
  find("version").textContent = config ? say.version(config.version) : "";
}
