// Shows how far the files of form[data-upload] have travelled. Without it the form posts as any other.

const MEGABYTE = 1048576;

function say(panel, sentence, values = {}) {
  const text = panel.dataset[sentence].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  const line = panel.querySelector("[role=status]");
  if (line.textContent !== text) line.textContent = text;
}

function setBusy(form, isBusy) {
  for (const button of form.querySelectorAll("button")) button.disabled = isBusy;
  form.toggleAttribute("data-busy", isBusy);
  form.querySelector("[data-upload-progress]").hidden = false;
}

// A refused form comes back whole, with its errors: it takes the place of the one that was sent.
function replaceForm(form, html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("form[data-upload]");
  if (!fresh) return false;
  form.replaceWith(document.adoptNode(fresh));
  window.htmx?.process(fresh);
  fresh.querySelector("[role=alert], [aria-invalid]")?.focus();
  return true;
}

function finish(form, panel, request) {
  if (request.status >= 200 && request.status < 400) {
    form.removeAttribute("data-busy");
    location.assign(request.responseURL);
    return;
  }
  setBusy(form, false);
  if (request.status !== 422 || !replaceForm(form, request.responseText)) say(panel, "refused", { status: request.status });
}

function send(form, submitter) {
  const panel = form.querySelector("[data-upload-progress]");
  const bar = panel.querySelector("progress");
  const data = new FormData(form);
  if (submitter?.name) data.append(submitter.name, submitter.value);
  const request = new XMLHttpRequest();
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    bar.value = total ? (100 * loaded) / total : 0;
    const inMegabytes = (bytes) => (bytes / MEGABYTE).toFixed(1);
    say(panel, "sending", { done: inMegabytes(loaded), total: inMegabytes(total) });
  });
  request.upload.addEventListener("load", () => {
    bar.removeAttribute("value");
    say(panel, "saving");
  });
  request.addEventListener("load", () => finish(form, panel, request));
  request.addEventListener("error", () => {
    setBusy(form, false);
    bar.value = 0;
    say(panel, "failed");
  });
  // Read as attributes: the properties answer with the page's address, or with a field that is named "action".
  const address = submitter?.getAttribute("formaction") ?? form.getAttribute("action");
  request.open("POST", address || location.href);
  request.send(data);
  setBusy(form, true);
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-upload]");
  const holdsFiles = form && [...form.querySelectorAll("[type=file]")].some((input) => input.files.length);
  if (!holdsFiles || event.defaultPrevented) return;
  event.preventDefault();
  if (!form.hasAttribute("data-busy")) send(form, event.submitter);
});

window.addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-busy]")) event.preventDefault();
});
