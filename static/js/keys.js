// Keys for those who answer many cards: 1-9 answer, Enter saves, s skips, u undoes.
// Listens on the document, so that it works for every card that htmx swaps in.

const OFF = "keys-off";
const ANSWERS = "form[data-card] :is(button, [type=checkbox], [type=radio])[name=value]:enabled";
const ACTIONS = { s: "skip", u: "undo" };

function isTyping(target) {
  return target.matches("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])");
}

// The digit row and the letters by their place on the keyboard, for scripts that have other letters there.
function keyOf(event) {
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
  if (digit) return digit[1];
  if (/^[a-z]$/i.test(event.key)) return event.key.toLowerCase();
  return /^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : event.key;
}

function elementFor(key, target) {
  if (/^[1-9]$/.test(key)) return document.querySelectorAll(ANSWERS)[Number(key) - 1];
  if (key in ACTIONS) return document.querySelector(`[name=action][value=${ACTIONS[key]}]:enabled`);
  const pressesItself = target.closest("button, a, summary");
  if (key === "Enter" && !pressesItself) return document.querySelector("form[data-card] [data-save]:enabled");
  return null;
}

document.addEventListener("keydown", (event) => {
  const { target } = event;
  if (event.repeat || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (document.documentElement.classList.contains(OFF) || isTyping(target)) return;
  const element = elementFor(keyOf(event), target);
  if (!element) return;
  event.preventDefault();
  element.click();
});

// Single keys get in the way of some speech and switch users: one button turns them off for good.
function showToggle(isOff) {
  document.documentElement.classList.toggle(OFF, isOff);
  for (const toggle of document.querySelectorAll("[data-keys-toggle]")) toggle.setAttribute("aria-pressed", String(!isOff));
}

function remembered() {
  try {
    return localStorage.getItem(OFF) === "1";
  } catch {
    return false;
  }
}

document.addEventListener("click", ({ target }) => {
  if (!target.closest("[data-keys-toggle]")) return;
  const isOff = !document.documentElement.classList.contains(OFF);
  showToggle(isOff);
  try {
    localStorage.setItem(OFF, isOff ? "1" : "0");
  } catch {
    // Storage may be refused; the choice then lasts as long as the page.
  }
});

document.addEventListener("htmx:load", () => showToggle(document.documentElement.classList.contains(OFF)));
showToggle(remembered());
