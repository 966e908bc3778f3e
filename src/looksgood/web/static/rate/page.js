/** The pair in sight, and the page around it, as they stand. */

/** @typedef {import("./pairs.js").Pair} Pair */
/** @typedef {import("./sides.js").Side} Side */

import { asked, asksImpression } from "./asked.js";
import { contact } from "./contact.js";
import { element } from "./elements.js";
import { given } from "./given.js";
import { pairs } from "./pairs.js";
import { showPlaying } from "./playing.js";
import { saying, SIDES } from "./sides.js";
import { renderBanner, renderState, showStanding } from "./standing.js";
import { showTags } from "./tags.js";

export function render() {
  const isOpen = pairs.current !== null && !contact.isShutOff();
  document.body.dataset.stage = isOpen ? asked.stage : "none";
  element("pair").hidden = element("timer").hidden = !isOpen;
  element("bar").hidden = !isOpen && !given.canUndo();
  element("state").hidden = isOpen;
  if (isOpen) renderPair();
  else renderState();
  renderBanner();
  showStanding();
}

function renderPair() {
  const pair = pairs.current;
  element("prompt-card").hidden = pair.prompt === "";
  element("source-card").hidden = pair.source === "" || asked.stage === "impression";
  element("clip-controls").hidden = !pair.are_clips;
  element("extras").hidden = asked.stage === "impression";
  element("bar-title").textContent = barTitle(pair);
  element("choices").hidden = asked.stage === "sure";
  element("sure").hidden = asked.stage !== "sure";
  showTags();
  showPlaying();
}

/** @param {Pair} pair */
function barTitle(pair) {
  if (asked.stage === "sure") return `${capital(saying(asked.meant))}: how sure are you?`;
  if (asked.stage === "impression") return "Your first impression? The source is shown afterwards.";
  if (!asksImpression(pair)) return "Your choice";
  return `After looking at the source? Your first impression: ${saying(asked.draft.impression)}.`;
}

/** @param {string} text */
function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function showTimer() {
  const seconds = Math.floor(asked.watch.seconds());
  element("timer").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Light up what was chosen for a moment; the next pair is there already. @param {Side} side */
export function flash(side) {
  const cards = SIDES.filter((one) => side === one || side === "tie");
  const lit = cards.map((one) => element(`${one}-card`));
  lit.push(document.querySelector(`[data-side="${side}"]`));
  for (const one of lit) {
    one.classList.remove("flash");
    void one.offsetWidth; // begins the animation again
    one.classList.add("flash");
  }
}

/** Put the focus on the pair, from where every key answers. */
export function focusPair() {
  element("pair-title").focus({ preventScroll: true });
}
