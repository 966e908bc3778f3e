/** What was said of pairs that are not answered yet; a reload does not lose it. */

/** @typedef {import("./sides.js").Side} Side */
/**
 * @typedef {object} Draft what a rater has said of a pair that is not answered yet
 * @property {number} showing
 * @property {Side | null} impression
 * @property {string[]} tags
 * @property {string} note
 * @property {number} seconds for which the pair was in sight before now
 * @property {number | null} watched share of the longer clip that was played before now
 */

import { keep, recalled } from "./memory.js";

const MOST_DRAFTS = 20;

class Drafts {
  constructor() {
    /** @type {Map<number, Draft>} */
    this.byShowing = new Map(recalled("drafts", []));
  }

  /** @param {number} showing @returns {Draft} */
  of(showing) {
    return this.byShowing.get(showing) ?? emptyDraft(showing);
  }

  /** @param {Draft} draft */
  set(draft) {
    this.byShowing.set(draft.showing, draft);
    this.keep();
  }

  /** @param {number} showing */
  delete(showing) {
    this.byShowing.delete(showing);
    this.keep();
  }

  keep() {
    keep("drafts", [...this.byShowing].slice(-MOST_DRAFTS));
  }
}

/** @param {number} showing @returns {Draft} */
export function emptyDraft(showing) {
  return { showing, impression: null, tags: [], note: "", seconds: 0, watched: null };
}

export const drafts = new Drafts();
