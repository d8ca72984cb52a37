// Lets the admin choose the square that is cut out of a person's photo, by mouse, touch and keys, and shows at once what
// pages will show. The form's field `crop` says it: left, top and side, in pixels of the upright photo.

import { filled } from "../shared/lib/filled.js";
import { isBare } from "../shared/lib/presses.js";
import { ANSWER_TIMEOUT, abortAfter } from "../shared/lib/timeouts.js";
import { Crops, FACE, MIDDLE } from "./lib/crops.js";

const DIRECTION_BY_KEY = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STEPS_BY_KEY = { "+": 1, "=": 1, "-": -1, _: -1 };

class PhotoCrop extends HTMLElement {
  #photo = null; // an ImageBitmap, whose pixels are the file's own: those of an <img> may be others
  #crops = null; // of this photo
  #crop = null;
  #grip = null; // what is dragged, and where everything was before
  #asked = null; // the photo that was asked for last: a big one may come after it

  connectedCallback() {
    this.append(this.querySelector("template").content.cloneNode(true));
    this.#file.addEventListener("change", () => this.#choose());
    this.#typed.addEventListener("input", () => this.#follow());
    this.#picture.addEventListener("click", event => this.#center(event));
    this.#square.addEventListener("keydown", event => this.#press(event));
    this.#square.addEventListener("pointerdown", event => this.#take(event));
    this.#square.addEventListener("pointermove", event => this.#drag(event));
    this.#square.addEventListener("lostpointercapture", () => (this.#grip = null));
    this.querySelector(".sizes").addEventListener("click", event => this.#resize(Number(event.target.dataset.by ?? 0)));
    this.#showStored();
  }

  get #file() {
    return this.querySelector("[type=file]");
  }
  get #clear() {
    return this.querySelector("[type=checkbox]");
  }
  get #typed() {
    return this.closest("form").elements.crop;
  }
  get #picture() {
    return this.querySelector(".picture img");
  }
  get #square() {
    return this.querySelector(".square");
  }

  // Pixels of the photo in one of the screen.
  get #scale() {
    return this.#photo.width / this.#picture.clientWidth;
  }

  #choose() {
    const [file] = this.#file.files;
    const { formats, mostBytes } = this.dataset;
    this.#typed.value = file ? "" : this.#typed.defaultValue;
    if (!file) return this.#showStored();
    if (this.#clear) this.#clear.checked = false;
    if (!formats.split(",").includes(file.type)) return this.#refuse("kind");
    if (file.size > Number(mostBytes)) return this.#refuse("size");
    this.#show(Promise.resolve(file), () => this.#set(this.#crops.at(FACE)));
  }

  // A photo that was never cropped is shown by its middle, as pages show it.
  #showStored() {
    if (!this.dataset.picture) return this.#refuse("");
    const stored = fetch(this.dataset.picture, { signal: abortAfter(ANSWER_TIMEOUT) }).then(answer => answer.blob());
    this.#show(stored, () => this.#draw(this.#crops.parse(this.#typed.value) ?? this.#crops.at(MIDDLE)));
  }

  async #show(coming, then) {
    this.#asked = coming;
    try {
      const blob = await coming;
      const photo = await createImageBitmap(blob);
      if (coming !== this.#asked) return photo.close();
      this.#photo?.close();
      this.#photo = photo;
      this.#crops = new Crops(photo);
      URL.revokeObjectURL(this.#picture.src);
      this.#picture.src = URL.createObjectURL(blob);
      this.#tell("");
      then();
    } catch {
      if (coming === this.#asked) this.#refuse("broken");
    }
  }

  #refuse(why) {
    this.#asked = null;
    this.#tell(why);
  }

  #tell(why) {
    this.querySelector(".told").textContent = why ? this.querySelector(".told").dataset[why] : "";
    this.toggleAttribute("open", Boolean(this.#asked));
  }

  // Draws the numbers while they are typed; while they make no square it keeps the last one.
  #follow() {
    if (!this.#asked) return;
    const { value } = this.#typed;
    const crop = value.trim() ? this.#crops.parse(value) : this.#crops.at(FACE);
    if (crop) this.#draw(crop);
  }

  #center({ offsetX, offsetY }) {
    const { side } = this.#crop;
    this.#move(offsetX * this.#scale - side / 2, offsetY * this.#scale - side / 2);
    this.#square.focus();
  }

  #press(event) {
    const direction = DIRECTION_BY_KEY[event.key];
    const size = STEPS_BY_KEY[event.key] ?? (event.shiftKey && direction ? direction[0] - direction[1] : 0);
    if (!isBare(event) || !(direction || size)) return;
    event.preventDefault();
    if (size) return this.#resize(size);
    const { step } = this.#crops;
    this.#move(this.#crop.left + direction[0] * step, this.#crop.top + direction[1] * step);
  }

  #take(event) {
    if (event.button) return;
    event.preventDefault(); // or the browser would drag the picture itself
    this.#square.focus({ preventScroll: true });
    this.#square.setPointerCapture(event.pointerId);
    const corner = event.target.dataset.corner?.split(" ").map(Number);
    this.#grip = { corner, crop: this.#crop, x: event.clientX, y: event.clientY };
  }

  #drag({ clientX, clientY }) {
    if (!this.#grip) return;
    const { corner, crop, x, y } = this.#grip;
    const [right, down] = [(clientX - x) * this.#scale, (clientY - y) * this.#scale];
    if (corner) this.#set(this.#crops.pull(crop, corner, right, down));
    else this.#move(crop.left + right, crop.top + down);
  }

  #resize(steps) {
    this.#set(this.#crops.resize(this.#crop, steps));
  }

  #move(left, top) {
    this.#set(this.#crops.place(left, top, this.#crop.side));
  }

  #set(crop) {
    this.#typed.value = `${crop.left} ${crop.top} ${crop.side}`;
    this.#draw(crop);
  }

  #draw(crop) {
    this.#crop = crop;
    const { left, top, side } = crop;
    const { width, height } = this.#photo;
    const square = this.#square;
    square.style.left = `${(100 * left) / width}%`;
    square.style.top = `${(100 * top) / height}%`;
    square.style.width = `${(100 * side) / width}%`;
    square.ariaValueMin = this.#crops.smallest;
    square.ariaValueMax = this.#crops.largest;
    square.ariaValueNow = side;
    square.ariaValueText = filled(square.dataset.words, crop);
    for (const canvas of this.querySelectorAll("canvas")) {
      const paper = canvas.getContext("2d");
      paper.imageSmoothingQuality = "high";
      paper.fillStyle = "white";
      paper.fillRect(0, 0, canvas.width, canvas.height);
      paper.drawImage(this.#photo, left, top, side, side, 0, 0, canvas.width, canvas.height);
    }
  }
}

customElements.define("photo-crop", PhotoCrop);
