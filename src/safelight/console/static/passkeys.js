// <passkey-button>: asks the server what to ask, the browser for the key, and sends what it said with its form.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const letters = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const read = (options) => ({
  ...options,
  challenge: bytes(options.challenge),
  ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
  ...Object.fromEntries(
    ["allowCredentials", "excludeCredentials"]
      .filter((name) => options[name])
      .map((name) => [name, options[name].map((one) => ({ ...one, id: bytes(one.id) }))]),
  ),
});

const written = (made) => ({
  id: made.id,
  rawId: letters(made.rawId),
  type: made.type,
  clientExtensionResults: made.getClientExtensionResults(),
  response: Object.fromEntries(
    ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]
      .filter((name) => made.response[name])
      .map((name) => [name, letters(made.response[name])]),
  ),
});

class PasskeyButton extends HTMLElement {
  connectedCallback() {
    this.hidden = !window.PublicKeyCredential;
    this.querySelector("button")?.addEventListener("click", () => this.#ask());
  }

  async #options(form) {
    const sent = new URLSearchParams(new FormData(form));
    if (document.getElementById("remember")?.checked) sent.set("remember", "1");
    const answer = await fetch(this.dataset.options, { method: "POST", body: sent });
    if (!answer.ok) throw new Error();
    return answer.json();
  }

  async #ask() {
    const form = this.closest("form");
    const said = document.getElementById("said-loud");
    said.textContent = "";
    try {
      const asked = this.dataset.given ? { options: JSON.parse(this.dataset.given), challenge: "" } : await this.#options(form);
      const publicKey = read(asked.options);
      const made = await (this.dataset.act === "create"
        ? navigator.credentials.create({ publicKey })
        : navigator.credentials.get({ publicKey }));
      form.elements.challenge.value = asked.challenge;
      form.elements.credential.value = JSON.stringify(written(made));
      form.submit();
    } catch {
      said.textContent = this.dataset.failed;
      const shown = this.querySelector("[data-fault]");
      shown.textContent = this.dataset.failed;
      shown.hidden = false;
    }
  }
}
customElements.define("passkey-button", PasskeyButton);
