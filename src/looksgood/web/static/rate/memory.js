/** What is remembered between visits, for comfort only. */

import { SCOPE } from "./campaign.js";

/** @param {string} name @param {unknown} value */
export function keep(name, value) {
  try {
    localStorage.setItem(`${SCOPE}:${name}`, JSON.stringify(value));
  } catch {
    // full or forbidden: only comfort is lost, answers have their own way out
  }
}

/** @param {string} name @param {any} otherwise @returns {any} */
export function recalled(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(`${SCOPE}:${name}`) ?? "null") ?? otherwise;
  } catch {
    return otherwise;
  }
}
