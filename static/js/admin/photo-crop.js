// The square that is cut out of a person's photo: moved and resized by mouse, touch and keys, and seen at once as
// pages will show it. The form's field `crop` says it: left, top and side, in pixels of the upright photo.

const LEAST = 16; // pixels of a side
const STEPS = 40; // from nothing to the largest square
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const SIZES = { "+": 1, "=": 1, "-": -1, _: -1 };
const NUMBERS = /^\s*(\d{1,5})[\s,]+(\d{1,5})[\s,]+(\d{1,5})\s*$/;
const ABOVE_THE_MIDDLE = 1 / 3;

const between = (least, number, most) => Math.min(Math.max(least, number), most);

class PhotoCrop extends HTMLElement {
  #photo = null; // an ImageBitmap, whose pixels are the file's own: those of an <img> may be others
  #crop = null;
  #grip = null; // what is dragged, and how all stood before
  #asked = null; // the photo that was asked for last: a big one may come late

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
  get #shortest() {
    return Math.min(this.#photo.width, this.#photo.height);
  }
  get #least() {
    return Math.min(LEAST, this.#shortest);
  }
  get #step() {
    return Math.max(1, Math.round(this.#shortest / STEPS));
  }

  #choose() {
    const [file] = this.#file.files;
    const { formats, mostBytes } = this.dataset;
    this.#typed.value = file ? "" : this.#typed.defaultValue;
    if (!file) return this.#showStored();
    if (this.#clear) this.#clear.checked = false;
    if (!formats.split(",").includes(file.type)) return this.#refuse("kind");
    if (file.size > Number(mostBytes)) return this.#refuse("size");
    this.#show(Promise.resolve(file), () => this.#set(this.#middle(ABOVE_THE_MIDDLE)));
  }

  // As pages show it: what was never cropped, by its middle.
  #showStored() {
    if (!this.dataset.picture) return this.#refuse("");
    const stored = fetch(this.dataset.picture).then(answer => answer.blob());
    this.#show(stored, () => this.#read() || this.#draw(this.#middle(1 / 2)));
  }

  async #show(coming, then) {
    this.#asked = coming;
    try {
      const blob = await coming;
      const photo = await createImageBitmap(blob);
      if (coming !== this.#asked) return photo.close();
      this.#photo?.close();
      this.#photo = photo;
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

  #middle(above) {
    const { width, height } = this.#photo;
    const side = this.#shortest;
    return { left: Math.floor((width - side) / 2), top: Math.floor((height - side) * above), side };
  }

  // What is typed, as it is typed.
  #follow() {
    if (!this.#asked) return;
    if (!this.#typed.value.trim()) this.#draw(this.#middle(ABOVE_THE_MIDDLE));
    this.#read();
  }

  #read() {
    const [, left, top, side] = (this.#typed.value.match(NUMBERS) ?? []).map(Number);
    const { width, height } = this.#photo;
    const fits = side >= this.#least && left + side <= width && top + side <= height;
    if (fits) this.#draw({ left, top, side });
    return fits;
  }

  #center({ offsetX, offsetY }) {
    const { side } = this.#crop;
    this.#move(offsetX * this.#scale - side / 2, offsetY * this.#scale - side / 2);
    this.#square.focus();
  }

  #press(event) {
    const way = WAYS[event.key];
    const size = SIZES[event.key] ?? (event.shiftKey && way ? way[0] - way[1] : 0);
    if (event.ctrlKey || event.metaKey || event.altKey || !(way || size)) return;
    event.preventDefault();
    if (size) return this.#resize(size);
    this.#move(this.#crop.left + way[0] * this.#step, this.#crop.top + way[1] * this.#step);
  }

  #take(event) {
    if (event.button) return;
    event.preventDefault(); // the browser would drag the picture itself
    this.#square.focus({ preventScroll: true });
    this.#square.setPointerCapture(event.pointerId);
    const corner = event.target.dataset.corner?.split(" ").map(Number);
    this.#grip = { corner, crop: this.#crop, x: event.clientX, y: event.clientY };
  }

  #drag({ clientX, clientY }) {
    if (!this.#grip) return;
    const { corner, crop, x, y } = this.#grip;
    const [right, down] = [(clientX - x) * this.#scale, (clientY - y) * this.#scale];
    if (corner) this.#pull(corner, crop, right, down);
    else this.#move(crop.left + right, crop.top + down);
  }

  // The corner across stays where it is.
  #pull([isRight, isLow], crop, right, down) {
    const { width, height } = this.#photo;
    const across = { left: crop.left + (isRight ? 0 : crop.side), top: crop.top + (isLow ? 0 : crop.side) };
    const room = Math.min(isRight ? width - across.left : across.left, isLow ? height - across.top : across.top);
    const wanted = crop.side + Math.max(isRight ? right : -right, isLow ? down : -down);
    const side = between(this.#least, Math.round(wanted), room);
    this.#set({ left: across.left - (isRight ? 0 : side), top: across.top - (isLow ? 0 : side), side });
  }

  // Around its middle.
  #resize(by) {
    const { left, top, side } = this.#crop;
    const wanted = between(this.#least, side + 2 * by * this.#step, this.#shortest);
    this.#move(left + (side - wanted) / 2, top + (side - wanted) / 2, wanted);
  }

  #move(left, top, side = this.#crop.side) {
    const { width, height } = this.#photo;
    const [right, low] = [width - side, height - side];
    this.#set({ left: between(0, Math.round(left), right), top: between(0, Math.round(top), low), side });
  }

  get #scale() {
    return this.#photo.width / this.#picture.clientWidth;
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
    square.ariaValueMin = this.#least;
    square.ariaValueMax = this.#shortest;
    square.ariaValueNow = side;
    square.ariaValueText = square.dataset.words.replace(/{(\w+)}/g, (_, name) => crop[name]);
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
