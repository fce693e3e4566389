// The switch: on this device or on the server; and which model.
import { choices, onDevice } from "../config.js";
import { find, make } from "../dom.js";
import { say } from "../strings.js";

const RUNTIME = 2_600_000; // bytes of the runtime and the finder, as they come over the wire

/** Tie the switch to a judge; `changed` is called when the visitor chose otherwise. */
export function whereSwitch(judge, changed) {
  const { config } = judge;
  const inputs = [...find("where").querySelectorAll("input")];
  const draw = () => {
    for (const input of inputs) {
      input.checked = input.value === judge.where;
      input.disabled = input.value === "server" ? !config.server : judge.state === "failed";
    }
    find("where").classList.toggle("alone", !config.server);
    find("where-says").textContent = words(judge);
    find("where").dataset.state = judge.state;
  };
  for (const input of inputs) {
    input.addEventListener("change", () => {
      judge.choose({ where: input.value });
      changed();
    });
  }
  modelChoice(judge, changed);
  find("other").hidden = !config.other;
  judge.addEventListener("change", draw);
  draw();
}

function words({ state, where, why, config, chosen }) {
  if (state === "failed") return config.server ? say.fellBack(why) : say.noServer(why);
  if (where === "server") return say.serverSays;
  if (state === "locked") return `${say.deviceSays} ${say.locked}`;
  const loads = say.deviceLoads(onDevice(config, chosen).bytes + RUNTIME);
  return state === "loading" ? `${say.deviceSays} ${loads}` : say.deviceSays;
}

function modelChoice(judge, changed) {
  const models = choices(judge.config);
  const select = find("model");
  select.replaceChildren(...models.map(({ name }) => make("option", { value: name, textContent: name })));
  select.value = judge.chosen;
  find("model-choice").hidden = models.length < 2;
  select.addEventListener("change", () => {
    judge.choose({ model: select.value });
    changed();
  });
}
