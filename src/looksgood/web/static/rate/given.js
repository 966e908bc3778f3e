/** Answers that were given here, and can be taken back. */

/** @typedef {import("./outbox.js").Vote} Vote */
/** @typedef {import("./pairs.js").Pair} Pair */

import { contact } from "./contact.js";
import { keep, recalled } from "./memory.js";

const UNDO_DEPTH = 50;

class Given {
  constructor() {
    /** @type {Vote[]} */
    this.votes = recalled("given", []); // latest last
    /** @type {Map<number, Pair>} */
    this.pairs = new Map(); // of those, the pairs: as they were shown
  }

  /** @param {Vote} vote @param {Pair} pair */
  add(vote, pair) {
    this.setVotes([...this.votes, vote].slice(-UNDO_DEPTH));
    this.pairs.set(pair.showing, pair);
    for (const showing of this.pairs.keys()) {
      if (this.pairs.size > UNDO_DEPTH) this.pairs.delete(showing); // the oldest
    }
  }

  /** Tell whether the last answer's pair can be shown again: from here, or by the server. */
  canUndo() {
    const last = this.votes.at(-1);
    if (last === undefined || contact.isShutOff()) return false;
    return contact.campaignState === "open" || this.pairs.has(last.showing);
  }

  /** Return the last answer, and its pair if that is still here; both are forgotten.
   * @returns {{vote: Vote, pair: Pair | null}} */
  takeBack() {
    const vote = this.votes.at(-1);
    const pair = this.pairs.get(vote.showing) ?? null;
    this.setVotes(this.votes.slice(0, -1));
    this.pairs.delete(vote.showing);
    return { vote, pair };
  }

  /** Forget an answer that the server does not take. @param {string} key */
  forget(key) {
    this.setVotes(this.votes.filter((vote) => vote.key !== key));
  }

  /** @param {Vote[]} votes */
  setVotes(votes) {
    this.votes = votes;
    keep("given", votes);
  }
}

export const given = new Given();
