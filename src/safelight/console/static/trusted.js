// The one policy for HTML that scripts put on the page: what comes is our own server's, escaped by its templates.
// There is none for scripts or addresses of scripts: nothing may make those.
if (window.trustedTypes) {
  window.trustedTypes.createPolicy("default", { createHTML: (html) => html });
}
