/** What keys do. */

import { beSure, choose, undo } from "./answering.js";
import { asked } from "./asked.js";
import { scrolls } from "./boxes.js";
import { element } from "./elements.js";
import { keep, recalled } from "./memory.js";
import { focusPair } from "./page.js";
import { pairs } from "./pairs.js";
import { changeSpeed, togglePlaying } from "./playing.js";
import { tagOf, tick } from "./tags.js";

/** @type {Record<string, () => void>} */
const KEYS = {
  ArrowLeft: () => choose("left"),
  ArrowRight: () => choose("right"),
  ArrowDown: () => choose("tie"),
  "?": () => choose("cant_tell"),
  u: undo,
  n: () => element("note").focus(),
  p: togglePlaying,
  "[": () => changeSpeed(-1),
  "-": () => changeSpeed(-1),
  "]": () => changeSpeed(1),
  "+": () => changeSpeed(1),
};

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  const target = /** @type {HTMLElement} */ (event.target);
  if (target.matches("textarea, input:not([type=checkbox])")) {
    if (event.key === "Escape") focusPair();
    return;
  }
  if (event.repeat && ["Enter", " "].includes(event.key) && target.matches("button")) {
    event.preventDefault(); // a key that is held down is one answer
    return;
  }
  const act = actOf(event);
  if (act === undefined || !element("uses-keys").checked) return;
  if (event.key === "ArrowDown" && target.matches(".text") && scrolls(target)) return;
  event.preventDefault();
  if (!event.repeat) act();
}

/** @param {KeyboardEvent} event @returns {(() => void) | undefined} */
function actOf({ key }) {
  if (pairs.current === null && key !== "u" && key !== "U") return undefined;
  if (asked.stage === "sure" && /^[1-5]$/.test(key)) return () => beSure(Number(key));
  if (asked.stage === "sure" && key === "Escape") return undo;
  const tag = tagOf(key);
  if (asked.stage === "choice" && tag !== undefined) return () => tick(tag);
  return KEYS[key] ?? KEYS[key.toLowerCase()];
}

/** Answer by keys, unless the rater wants none. */
export function listenToKeys() {
  element("uses-keys").checked = recalled("uses-keys", true);
  element("uses-keys").addEventListener("change", (event) => keep("uses-keys", event.target.checked));
  document.addEventListener("keydown", onKey);
}
