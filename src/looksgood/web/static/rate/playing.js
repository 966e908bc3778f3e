/** How clips are played: whether, and how fast. Both stay from pair to pair. */

import { boxes } from "./boxes.js";
import { element } from "./elements.js";
import { keep, recalled } from "./memory.js";
import { pairs } from "./pairs.js";
import { SIDES } from "./sides.js";

const SPEEDS = [0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4];

let speed = SPEEDS.includes(recalled("speed", 1)) ? recalled("speed", 1) : 1;
// who wants less motion starts the clips
let isPlaying = !matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Put the clips of the pair in sight into the page. */
export function showClips() {
  pairs.currentClips().show(SIDES.map((side) => boxes[side]), speed);
  playInSight();
}

/** Play them if that is wanted and somebody looks. */
export function playInSight() {
  pairs.currentClips()?.play(isPlaying && !document.hidden);
}

export function togglePlaying() {
  isPlaying = !isPlaying;
  playInSight();
  showPlaying();
}

/** @param {number} steps along SPEEDS */
export function changeSpeed(steps) {
  const at = SPEEDS.indexOf(speed) + steps;
  speed = SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, at))];
  keep("speed", speed);
  pairs.currentClips()?.setSpeed(speed);
  showPlaying();
}

export function showPlaying() {
  element("play").firstChild.textContent = isPlaying ? "Pause " : "Play ";
  element("speed").value = `${speed}×`;
}
