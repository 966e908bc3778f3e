/** The pairs that this page holds: the one in sight, those that come next, and their clips. */

/**
 * @typedef {object} Pair what the server hands out
 * @property {number} showing
 * @property {string} prompt
 * @property {string} left a text, or a clip's address
 * @property {string} right
 * @property {boolean} are_clips
 * @property {string} source
 */

import { Clips } from "./clips.js";

class Pairs {
  constructor() {
    /** @type {Pair | null} */
    this.current = null;
    /** @type {Pair[]} */
    this.next = [];
    /** @type {Map<number, Clips>} */
    this.clips = new Map();
    /** @type {Set<number>} */
    this.answered = new Set(); // showings, here or in another window
    /** @type {number | null} */
    this.awaited = null; // a showing that was taken back and has to come
  }

  /** Hold what the server holds for us.
   * @param {Pair[]} all in order
   * @param {boolean} isOver whether the one in sight goes, although nobody answered it */
  hold(all, isOver) {
    const open = all.filter(({ showing }) => !this.answered.has(showing));
    if (this.awaited !== null) {
      this.current = open.find(({ showing }) => showing === this.awaited) ?? null;
      this.awaited = null;
    }
    if (isOver) this.current = null;
    this.next = open.filter(({ showing }) => showing !== this.current?.showing);
    this.current ??= this.next.shift() ?? null;
    this.preloadClips();
  }

  /** Go on to the next one. */
  advance() {
    this.current = this.next.shift() ?? null;
    this.preloadClips();
  }

  /** Do not show a pair that was answered elsewhere. @param {number} showing */
  leaveOut(showing) {
    this.answered.add(showing);
    this.next = this.next.filter((pair) => pair.showing !== showing);
  }

  /** Go back to a pair whose answer was taken back; the one in sight comes after it.
   * @param {number} showing @param {Pair | null} pair null if it is not here any more */
  goBack(showing, pair) {
    this.answered.delete(showing);
    if (this.current) this.next.unshift(this.current);
    this.current = pair;
    // after a reload the pair is not here: the server hands it out first
    this.awaited = pair ? null : showing;
    this.preloadClips();
  }

  /** @returns {Clips | undefined} of the pair in sight */
  currentClips() {
    return this.current ? this.clips.get(this.current.showing) : undefined;
  }

  /** Load the clips of all pairs held, and let go of others. */
  preloadClips() {
    const pairs = [this.current, ...this.next].filter((pair) => pair?.are_clips);
    for (const pair of pairs) {
      if (!this.clips.has(pair.showing)) this.clips.set(pair.showing, new Clips(pair));
    }
    for (const [showing, clips] of this.clips) {
      if (pairs.some((pair) => pair.showing === showing)) continue;
      clips.close();
      this.clips.delete(showing);
    }
  }
}

export const pairs = new Pairs();
