// Small helpers for the page's elements.
import { say } from "./strings.js";

/** Make an element. `style` holds custom properties and is set through the CSSOM: the page allows no style attributes. */
export function make(name, properties = {}, ...children) {
  const { style = {}, aria = {}, data = {}, ...rest } = properties;
  const element = Object.assign(document.createElement(name), rest);
  for (const [key, value] of Object.entries(aria)) element.setAttribute(key === "role" ? key : `aria-${key}`, value);
  Object.assign(element.dataset, data);
  paint(element, style);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function paint(element, style) {
  for (const [key, value] of Object.entries(style)) element.style.setProperty(key, value);
}

export const find = (id) => document.getElementById(id);

export function button(words, press, properties = {}) {
  const made = make("button", { type: "button", className: "button", textContent: words, ...properties });
  made.addEventListener("click", press);
  return made;
}

/** Fill every element that names its words. */
export function fill(root = document) {
  for (const element of root.querySelectorAll("[data-say]")) element.textContent = say[element.dataset.say];
}

/** Ask in a dialog; answers with what `read` says when it was agreed to, else with null. */
export function ask(title, body, { yes, no, read = () => true }) {
  const heading = make("h2", { textContent: title, id: "ask-title" });
  const agree = make("button", { className: "button main", textContent: yes, value: "yes" });
  const refuse = make("button", { className: "button", textContent: no, value: "no", formNoValidate: true });
  const form = make("form", { method: "dialog" }, heading, ...body, make("div", { className: "buttons" }, agree, refuse));
  const dialog = make("dialog", { aria: { labelledby: "ask-title" } }, form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes" ? read(form) : null);
    });
  });
}
