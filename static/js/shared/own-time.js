// When an announced interview begins by the visitor's own clock, in words; nothing where that says the same. The server
// can't know anybody's time zone.

import { filled } from "./lib/filled.js";
import { ownStart } from "./lib/own-time.js";

class OwnTime extends HTMLElement {
  connectedCallback() {
    const time = ownStart(this.dataset.at, document.documentElement.lang);
    this.textContent = time && filled(this.dataset.words, { time });
  }
}

customElements.define("own-time", OwnTime);
