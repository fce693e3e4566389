// "That is wrong": the visitor names the right class and may give the sample, only with consent.
import { button, make } from "../dom.js";
import { say } from "../strings.js";

/** A folding form; `give` sends label and answers with {stored}. */
export function correction(labels, said, give) {
  const choice = make("select", { id: "right-class" }, ...labels.map((label) =>
    make("option", { value: label, textContent: say.looks(label), selected: label === said })));
  const consent = make("input", { type: "checkbox", id: "consent" });
  const told = make("p", { className: "told", aria: { role: "status" } });
  const send = button(say.wrongSend, async () => {
    if (!consent.checked) {
      told.textContent = say.wrongNeeds;
      consent.focus();
      return;
    }
    send.disabled = true;
    try {
      const { stored } = await give(choice.value);
      told.textContent = stored ? say.wrongThanks : say.wrongTwice;
    } catch (error) {
      told.textContent = error.message;
      send.disabled = false;
    }
  });
  return make("details", { className: "wrong" }, make("summary", { textContent: say.wrong }),
    make("p", { className: "ask", textContent: say.wrongTitle }),
    make("label", { className: "field" }, make("span", { textContent: say.wrongLabel }), choice),
    make("label", { className: "tick" }, consent, make("span", { textContent: say.wrongConsent })), send, told);
}
