/** What is asked of the pair in sight, and what has been said of it so far. */

/** @typedef {import("./drafts.js").Draft} Draft */
/** @typedef {import("./pairs.js").Pair} Pair */
/** @typedef {import("./sides.js").Side} Side */
/** @typedef {"impression" | "choice" | "sure"} Stage */

import { campaign } from "./campaign.js";
import { drafts, emptyDraft } from "./drafts.js";
import { element } from "./elements.js";
import { pairs } from "./pairs.js";
import { Stopwatch } from "./stopwatch.js";

const BEGUN_SECONDS = 3; // after which a pair is not taken away any more

class Asked {
  constructor() {
    this.watch = new Stopwatch();
    /** @type {Draft} */
    this.draft = emptyDraft(0);
    /** @type {Stage} */
    this.stage = "choice";
    /** @type {Side} */
    this.meant = "tie"; // what is chosen while it is asked how sure that is
    this.isImpressionFresh = false; // it was the last thing done
  }

  /** Ask of a pair from its beginning, or as far as it had been answered. @param {Pair | null} pair */
  begin(pair) {
    this.isImpressionFresh = false;
    this.stage = "choice";
    if (pair === null) return;
    this.draft = drafts.of(pair.showing);
    if (asksImpression(pair) && this.draft.impression === null) this.stage = "impression";
    this.watch.set(this.draft.seconds);
  }

  /** Take a first impression; the choice comes next. @param {Side} side */
  takeImpression(side) {
    this.draft.impression = side;
    this.stage = "choice";
    this.isImpressionFresh = true;
    this.keepDraft(); // a reload must not ask for a first impression of what was seen
  }

  /** Return the draft as it stands now. @returns {Draft} */
  soFar() {
    const { draft } = this;
    const watched = pairs.clips.get(draft.showing)?.watched() ?? null;
    return {
      ...draft,
      note: element("note").value,
      seconds: Math.round(this.watch.seconds() * 1000) / 1000,
      watched: watched === null ? draft.watched : Math.max(watched, draft.watched ?? 0),
    };
  }

  keepDraft() {
    if (pairs.current !== null) drafts.set(this.soFar());
  }

  /** Tell whether somebody is busy with the pair: one that closes in between is not taken away. */
  isBegun() {
    return this.draft.seconds > 0 || this.watch.seconds() > BEGUN_SECONDS;
  }
}

/** Tell whether a first impression is asked, before the source is shown. @param {Pair} pair */
export function asksImpression(pair) {
  return campaign.asks_impression && pair.source !== "";
}

export const asked = new Asked();
