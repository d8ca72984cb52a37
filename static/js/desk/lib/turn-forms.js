// Makes what the template of all turns' verbs holds into those of one turn.

const IN_ADDRESSES = ["action", "formaction", "href"];

export function fillVerbs(verbs, turn) {
  const id = turn.id.replace("turn-", "");
  for (const name of IN_ADDRESSES)
    for (const element of verbs.querySelectorAll(`[${name}*="/turns/0/"]`))
      element.setAttribute(name, element.getAttribute(name).replace("/turns/0/", `/turns/${id}/`));
  for (const speaker of verbs.querySelectorAll("[name=speaker]")) choose(speaker, turn.dataset.speaker);
  for (const button of verbs.querySelectorAll("[name=before], [name=after]")) button.value = id;
  const heading = verbs.querySelector("[name=heading]");
  if (heading) heading.defaultValue = turn.querySelector(".said > h2")?.textContent ?? "";
  fillCorrection(verbs.querySelector("[data-verb=correct] form"), turn);
}

// What a turn in this state, pinned or not, can be asked for. The rest goes before any of it is in the page.
export function keepWhatIsMeant(verbs, { dataset }) {
  for (const element of [...verbs.querySelectorAll("[data-states]")])
    if (!element.dataset.states.split(" ").includes(dataset.state)) element.remove();
  verbs.querySelector(`[data-if=${"pinned" in dataset ? "unpinned" : "pinned"}]`)?.remove();
  if (isSuggestion(dataset)) for (const part of verbs.querySelectorAll("[data-not-suggested]")) part.remove();
}

// A suggestion has only text and speaker.
function isSuggestion({ state }) {
  return state === "published" && document.body.dataset.role === "typist" && document.querySelector("[data-reviewed]");
}

function choose(select, speaker) {
  for (const option of select.options) option.defaultSelected = option.value === speaker;
}

function fillCorrection(form, turn) {
  if (!form) return;
  form.elements.version.defaultValue = turn.dataset.version;
  form.elements.text.defaultValue = textOf(turn);
  fillTime(form.querySelector("moment-field"), turn.dataset.at);
  fillPhotos(form.querySelector(".photo-rows"), turn);
}

// Each paragraph of a turn is one of its lines.
function textOf(turn) {
  return [...turn.querySelectorAll(".said > p:not(.reason)")].map(line => line.textContent).join("\n");
}

// The time on the interview's clock, and beside it the exact one: seconds alone would move the turn.
function fillTime(field, at) {
  if (!field) return;
  const second = Math.floor(at / 1_000_000);
  field.show(second * 1_000);
  const shown = field.querySelector("[type=datetime-local]").value.padEnd("2026-05-04T12:00:00".length, ":00");
  const micros = at - second * 1_000_000;
  const fraction = micros ? `.${String(micros).padStart(6, "0")}` : "";
  field.querySelector("[name=initial-spoken_at]").value = `${shown}${fraction}${offsetOf(shown, second)}`;
}

// By how much that clock is ahead of UTC: "+08:00".
function offsetOf(shown, second) {
  const minutes = Math.round((Date.parse(`${shown}Z`) / 1_000 - second) / 60);
  const [hours, rest] = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? "-" : "+"}${[hours, rest].map(part => String(part).padStart(2, "0")).join(":")}`;
}

function fillPhotos(rows, turn) {
  for (const figure of rows ? turn.querySelectorAll("[data-photo]") : []) {
    rows.append(document.importNode(document.getElementById("photo").content, true));
    const [row, image] = [rows.lastElementChild, figure.querySelector("img")];
    const alt = figure.querySelector("figcaption") ? "" : image.alt;
    row.show({ key: figure.dataset.photo, alt });
    row.dataset.state = "kept";
    for (const name of ["src", "srcset", "sizes"])
      row.querySelector("img").setAttribute(name, image.getAttribute(name));
  }
}
