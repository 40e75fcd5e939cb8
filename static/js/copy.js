// Copies the text of a field by one press. Without it the field can still be selected by hand.

for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  if (!field || !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    // The button shows it; who does not see the button hears it from the status beside it.
    for (const told of [button, button.nextElementSibling]) told.textContent = button.dataset.copied;
  });
}
