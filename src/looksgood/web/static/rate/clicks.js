/** What clicks do. */

import { beSure, choose, undo } from "./answering.js";
import { element } from "./elements.js";
import { focusPair } from "./page.js";
import { changeSpeed, togglePlaying } from "./playing.js";

/** Have a button do something, once for a double click. @param {Element} button @param {() => void} act */
function onPress(button, act) {
  button.addEventListener("click", (event) => {
    // the second half of a double click would answer a pair that nobody has seen
    if (/** @type {MouseEvent} */ (event).detail < 2) act();
  });
}

export function listenToClicks() {
  for (const button of document.querySelectorAll("[data-side]")) {
    onPress(button, () => choose(/** @type {any} */ (button).dataset.side));
  }
  for (const button of document.querySelectorAll("[data-sure]")) {
    onPress(button, () => beSure(Number(/** @type {any} */ (button).dataset.sure)));
  }
  element("undo").addEventListener("click", undo);
  element("play").addEventListener("click", togglePlaying);
  element("slower").addEventListener("click", () => changeSpeed(-1));
  element("faster").addEventListener("click", () => changeSpeed(1));
  element("notice-close").addEventListener("click", () => {
    element("notice").hidden = true;
    focusPair();
  });
}
