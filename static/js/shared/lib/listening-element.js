// A custom element that listens to what is around it. Instead of connectedCallback it has `connected(signal)`; what it
// listens to with that signal it stops hearing when it leaves the page.
export class ListeningElement extends HTMLElement {
  #leaving;

  connectedCallback() {
    this.#leaving = new AbortController();
    this.connected(this.#leaving.signal);
  }

  disconnectedCallback() {
    this.#leaving.abort();
  }
}
