/** Words of this page, for all or for those who listen. */

import { element, make } from "./elements.js";

/** Tell those who listen. Older words go, so that nobody walks through them. @param {string} text */
export function say(text) {
  const log = element("said");
  log.append(make("p", text));
  while (log.children.length > 4) log.firstChild.remove();
}

/** Tell everybody, until it is closed. @param {string} text */
export function notice(text) {
  element("notice-text").textContent = text;
  element("notice").hidden = false;
}
