/** Reasons to tick, by click or key. */

import { asked } from "./asked.js";
import { campaign } from "./campaign.js";
import { element, make } from "./elements.js";
import { say } from "./say.js";
import { visible } from "./texts.js";

const TAG_KEYS = "123456789asdfghjkl";

/** @param {string} tag */
export function tick(tag) {
  if (asked.stage !== "choice") return;
  const { draft } = asked;
  const isOn = draft.tags.includes(tag);
  draft.tags = isOn ? draft.tags.filter((other) => other !== tag) : [...draft.tags, tag];
  showTags();
  say(`${tag}: ${isOn ? "no" : "yes"}.`);
}

export function showTags() {
  for (const button of element("tags").children) {
    button.setAttribute("aria-pressed", String(asked.draft.tags.includes(button.value)));
  }
}

/** @param {string} tag @param {string | undefined} key */
function tagButton(tag, key) {
  const button = make("button", "");
  button.type = "button";
  button.value = tag;
  button.append(...visible(tag));
  button.dir = "auto";
  if (key !== undefined) {
    button.append(" ", make("kbd", key));
    button.setAttribute("aria-keyshortcuts", key);
  }
  button.addEventListener("click", () => tick(tag));
  return button;
}

/** Offer the reasons of this campaign. */
export function setUpTags() {
  element("reasons").hidden = element("keys-tags").hidden = campaign.tags.length === 0;
  campaign.tags.forEach((tag, i) => element("tags").append(tagButton(tag, TAG_KEYS[i])));
}

/** @param {string} key @returns {string | undefined} */
export function tagOf(key) {
  return key.length === 1 ? campaign.tags[TAG_KEYS.indexOf(key)] : undefined;
}
