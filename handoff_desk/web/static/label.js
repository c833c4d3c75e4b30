// In the queue each button has a key: one keystroke, and the next message is there.
"use strict";

let pressed = false;
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || pressed) return;
  const button = /^[a-z0-9]$/.test(event.key) && document.querySelector(`[data-key="${event.key}"]`);
  if (!button) return;
  event.preventDefault();
  pressed = true; // until the next page, or this one again
  button.click();
});
addEventListener("pageshow", () => { pressed = false; });
