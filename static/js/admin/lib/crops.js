// The squares that can be cut out of a photo: {left, top, side}, in pixels of the upright photo.

const MIN_SIDE = 16; // pixels
const SIZE_STEPS = 40; // from nothing to the largest square
const CROP_NUMBERS = /^\s*(\d{1,5})[\s,]+(\d{1,5})[\s,]+(\d{1,5})\s*$/;

export const MIDDLE = 1 / 2;
export const FACE = 1 / 3; // a face is mostly above the middle

export class Crops {
  #width;
  #height;

  constructor({ width, height }) {
    this.#width = width;
    this.#height = height;
  }

  get largest() {
    return Math.min(this.#width, this.#height);
  }
  get smallest() {
    return Math.min(MIN_SIDE, this.largest);
  }

  // The pixels by which a key moves a square.
  get step() {
    return Math.max(1, Math.round(this.largest / SIZE_STEPS));
  }

  // The largest square, with so much of what is left of the photo above it.
  at(above) {
    const side = this.largest;
    return { left: Math.floor((this.#width - side) / 2), top: Math.floor((this.#height - side) * above), side };
  }

  // Null if the text isn't three numbers or the square doesn't fit into the photo.
  parse(text) {
    const [, left, top, side] = (text.match(CROP_NUMBERS) ?? []).map(Number);
    const fits = side >= this.smallest && left + side <= this.#width && top + side <= this.#height;
    return fits ? { left, top, side } : null;
  }

  // Puts the square as near to that place as the photo allows.
  place(left, top, side) {
    return {
      left: between(0, Math.round(left), this.#width - side),
      top: between(0, Math.round(top), this.#height - side),
      side,
    };
  }

  // Larger by so many steps, or smaller, around its middle.
  resize({ left, top, side }, steps) {
    const wanted = between(this.smallest, side + 2 * steps * this.step, this.largest);
    return this.place(left + (side - wanted) / 2, top + (side - wanted) / 2, wanted);
  }

  // Pulled at a corner, by so many pixels to the right and down; the corner across stays where it is.
  pull({ left, top, side }, [isRight, isLow], right, down) {
    const across = { left: left + (isRight ? 0 : side), top: top + (isLow ? 0 : side) };
    const room = Math.min(
      isRight ? this.#width - across.left : across.left,
      isLow ? this.#height - across.top : across.top,
    );
    const wanted = side + Math.max(isRight ? right : -right, isLow ? down : -down);
    const pulled = between(this.smallest, Math.round(wanted), room);
    return { left: across.left - (isRight ? 0 : pulled), top: across.top - (isLow ? 0 : pulled), side: pulled };
  }
}

function between(least, number, most) {
  return Math.min(Math.max(least, number), most);
}
