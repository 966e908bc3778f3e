/** Answers: a pair is shown, answered, and the answer may be taken back. */

/** @typedef {import("./pairs.js").Pair} Pair */
/** @typedef {import("./sides.js").Side} Side */

import { asked } from "./asked.js";
import { boxes } from "./boxes.js";
import { campaign } from "./campaign.js";
import { contact } from "./contact.js";
import { drafts } from "./drafts.js";
import { element } from "./elements.js";
import { given } from "./given.js";
import { foldInstructions } from "./instructions.js";
import { newKey, outbox } from "./outbox.js";
import { flash, focusPair, render } from "./page.js";
import { pairs } from "./pairs.js";
import { showClips } from "./playing.js";
import { notice, say } from "./say.js";
import { saying, SIDES } from "./sides.js";

/** Show the current pair from its beginning, or as far as it had been answered. */
export function showPair() {
  const pair = pairs.current;
  asked.begin(pair);
  if (pair === null) {
    for (const part of ["prompt", "source", "left", "right"]) boxes[part].fill();
    return;
  }
  boxes.prompt.show(pair.prompt);
  if (asked.stage !== "impression") boxes.source.show(pair.source);
  if (pair.are_clips) showClips();
  else for (const side of SIDES) boxes[side].show(pair[side]);
  element("note").value = asked.draft.note;
  render();
  scrollTo(0, 0);
  focusPair();
  say(`New pair. ${element("bar-title").textContent}`);
}

/** Go on to the next pair. */
export function advance() {
  pairs.advance();
  showPair();
  render();
  contact.work.ring();
}

/** Take a choice: the first impression, or what is meant in the end. @param {Side} side */
export function choose(side) {
  if (pairs.current === null || contact.isShutOff()) return;
  flash(side);
  if (asked.stage === "impression") {
    asked.takeImpression(side);
    boxes.source.show(pairs.current.source);
    render();
    element("source-title").focus();
    say(`First impression: ${saying(side)}. Now the source is shown. Choose again.`);
  } else if (campaign.asks_confidence && side !== "cant_tell") {
    asked.meant = side;
    showStage("sure"); // its title is read out: how sure are you?
  } else {
    answer(side, null);
  }
}

/** @param {import("./asked.js").Stage} stage */
function showStage(stage) {
  asked.stage = stage;
  render();
  element("bar-title").focus({ preventScroll: true });
}

/** @param {number} confidence 1 to 5 */
export function beSure(confidence) {
  if (asked.stage === "sure") answer(asked.meant, confidence);
}

/** Keep the answer, and go on. @param {Side} side @param {number | null} confidence */
function answer(side, confidence) {
  const pair = /** @type {Pair} */ (pairs.current);
  const vote = { ...asked.soFar(), key: newKey(), side, confidence };
  outbox.put({ kind: "vote", showing: pair.showing, body: vote });
  pairs.answered.add(pair.showing);
  given.add(vote, pair);
  drafts.delete(pair.showing);
  foldInstructions();
  advance();
}

/** Take one step back: to the choice, or to the last answer's pair, shown as it was. */
export function undo() {
  if (asked.stage === "sure") showStage("choice");
  else if (asked.isImpressionFresh) {
    asked.isImpressionFresh = false;
    notice("A first impression stays: the source has been seen. Undo again for the pair before.");
  } else if (given.canUndo()) takeBack();
}

function takeBack() {
  const { vote, pair } = given.takeBack();
  const { key, side, confidence, ...before } = vote;
  // both are sent, in order, even if neither was yet: a lost answer may have been received
  outbox.put({ kind: "withdraw", showing: vote.showing, body: { key } });
  asked.keepDraft(); // of the pair that is left for now
  drafts.set(before);
  pairs.goBack(vote.showing, pair);
  showPair();
  render();
  say(`Taken back: ${saying(side)}.`);
  contact.work.ring();
}
