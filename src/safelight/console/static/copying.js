// <copy-button for="id">: puts the text of that element on the clipboard, and says so to everybody.
class CopyButton extends HTMLElement {
  connectedCallback() {
    this.querySelector("button")?.addEventListener("click", () => this.#copy());
  }

  async #copy() {
    const source = document.getElementById(this.getAttribute("for"));
    const words = this.querySelector("[data-words]");
    try {
      await navigator.clipboard.writeText(source.textContent.trim());
      words.textContent = this.dataset.done;
    } catch {
      // Without permission the text is marked, so that the keyboard can copy it.
      getSelection().selectAllChildren(source);
      words.textContent = this.dataset.byHand;
    }
    document.getElementById("said").textContent = words.textContent;
    setTimeout(() => { words.textContent = this.dataset.name; }, 2500);
  }
}
customElements.define("copy-button", CopyButton);
