// Says, before anybody types, that the browser lacks what the desk needs, and keeps the elements that import this from
// taking over: their forms then go to the server as they are. Where no module runs at all, the style sheet shows the words.

const listens = {}; // what a browser that knows `signal` reads
addEventListener("fangtan:none", () => {}, {
  get signal() {
    listens.bySignal = true;
    return undefined;
  },
});

const NEEDED = {
  "custom elements": window.customElements,
  "the button that was pressed": window.SubmitEvent && "submitter" in SubmitEvent.prototype,
  replaceChildren: Element.prototype.replaceChildren,
  dialogs: window.HTMLDialogElement && HTMLDialogElement.prototype.showModal,
  "listeners with a signal": listens.bySignal,
};
const lacking = Object.keys(NEEDED).filter(name => !NEEDED[name]);
const words = document.querySelector(".too-old");

if (!lacking.length && words) words.remove();
if (lacking.length) {
  if (words) words.setAttribute("data-lacks", lacking.join(", "));
  const transcript = document.querySelector("live-transcript");
  if (transcript) transcript.removeAttribute("data-changes"); // the forms in what it would bring carry no token
  throw new Error(`this browser is too old for the desk, it lacks ${lacking.join(", ")}`);
}
