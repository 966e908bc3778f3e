/** What waits for the server. */

/** @typedef {import("./drafts.js").Draft} Draft */
/** @typedef {import("./sides.js").Side} Side */

/** @typedef {Draft & {key: string, side: Side, confidence: number | null}} Vote */
/** @typedef {{kind: "vote" | "withdraw", showing: number, body: Vote | {key: string}}} Message */
/** @typedef {{place: string, message: Message}} Waiting */

import { SCOPE } from "./campaign.js";
import { Copies } from "./copies.js";
import { notice } from "./say.js";

/** What has not been acknowledged yet, oldest first: each entry by itself in the browser's
 * storage, so that two windows never write over each other's. */
class Outbox {
  /** @param {string} scope of one person in one campaign of one server */
  constructor(scope) {
    this.prefix = `${scope}:out:`;
    this.copies = new Copies();
    /** @type {Map<string, string>} */
    this.spare = new Map(); // where the browser stores nothing
  }

  /** Take back in what a killed browser left. */
  async recover() {
    for (const [place, text] of await this.copies.all(this.prefix)) this.store(place, text);
  }

  /** @returns {Waiting[]} */
  all() {
    const places = [...this.spare.keys()];
    for (let i = 0; i < localStorage.length; i++) {
      const place = localStorage.key(i);
      if (place?.startsWith(this.prefix)) places.push(place);
    }
    return places.sort().flatMap((place) => this.read(place));
  }

  /** @param {string} place @returns {Waiting[]} the entry, or nothing if it is gone */
  read(place) {
    try {
      const text = this.spare.get(place) ?? localStorage.getItem(place);
      return text === null ? [] : [{ place, message: JSON.parse(text) }];
    } catch {
      localStorage.removeItem(place); // not written by this page
      return [];
    }
  }

  /** @param {Message} message */
  put(message) {
    const last = Number(this.all().at(-1)?.place.slice(this.prefix.length).split(":")[0] ?? 0);
    // of one length, so that text sorts as numbers; a clock that was set back changes nothing
    const number = String(Math.max(Date.now(), last + 1)).padStart(15, "0");
    const place = `${this.prefix}${number}:${newKey()}`;
    const text = JSON.stringify(message);
    this.copies.change((store) => store.put(text, place));
    this.store(place, text);
  }

  /** @param {string} place @param {string} text */
  store(place, text) {
    try {
      localStorage.setItem(place, text);
    } catch {
      this.spare.set(place, text);
      notice("This browser keeps nothing: do not close this window before all is saved.");
    }
  }

  /** @param {string} place */
  remove(place) {
    this.spare.delete(place);
    localStorage.removeItem(place);
    this.copies.change((store) => store.delete(place));
  }
}

/** Return a random UUID; `crypto.randomUUID` is missing where a page came without https. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

export const outbox = new Outbox(SCOPE);
