/** How things stand: why there is no pair, what waits to be saved, how far the campaign is. */

import { asked } from "./asked.js";
import { campaign } from "./campaign.js";
import { contact } from "./contact.js";
import { element } from "./elements.js";
import { given } from "./given.js";
import { outbox } from "./outbox.js";
import { pairs } from "./pairs.js";
import { say } from "./say.js";

const STATES = {
  loading: ["Fetching the first pair", ""],
  open: [
    "Nothing to rate right now",
    "You have seen every pair there is, or others hold the rest. This page asks again every few seconds.",
  ],
  closed: ["This campaign is closed", "Thank you. Nobody is asked any more."],
  shut_out: [
    "You are not asked any more",
    "Too many of this campaign’s attention checks were answered otherwise than expected.",
  ],
  back: ["Fetching the pair again", "Your answer is being taken back."],
  refused: ["You are not let in", ""],
  away: ["", "The next pairs come as soon as they can. This page keeps trying."],
};

export function renderState() {
  const name = stateName();
  const title = STATES[name][0] || troubleText();
  const text = name === "refused" ? `${contact.trouble?.message} ${waitingText()}` : STATES[name][1];
  const heading = element("state-title");
  if (heading.textContent === title && element("state-text").textContent === text) return;
  heading.textContent = title;
  element("state-text").textContent = text;
  say(`${title}. ${text}`);
  // what had the focus is gone
  if (document.activeElement?.closest("#pair, #bar")) heading.focus();
}

function troubleText() {
  const status = contact.trouble?.status;
  if (status === 0) return "No connection to the server";
  if (status === 429) return "The server asks to go slower";
  if (status === -1) return "This page has met a fault of its own";
  return "The server cannot answer at the moment";
}

function stateName() {
  if (contact.isShutOff()) return "refused";
  if (contact.trouble) return "away";
  return pairs.awaited === null ? contact.campaignState : "back";
}

export function renderBanner() {
  const banner = element("banner");
  const { trouble } = contact;
  banner.hidden = trouble === null || contact.isShutOff() || (pairs.current === null && outbox.all().length === 0);
  const text = `${troubleText()}. Your answers wait in this browser and are sent as soon as they can be.`;
  if (banner.textContent !== text) banner.textContent = text;
}

function waitingText() {
  const count = outbox.all().length;
  return count === 0 ? "" : `${count} waiting to be saved`;
}

export function showStanding() {
  const text = waitingText();
  element("waiting").hidden = text === "";
  element("waiting").textContent = text;
  element("undo").disabled = !given.canUndo() && asked.stage !== "sure";
}

/** @param {{wanted: number, filled: number, mine: number}} progress */
export function showProgress({ wanted, filled, mine }) {
  element("mine").textContent = `${mine} by you`;
  element("filled").max = Math.max(1, wanted);
  element("filled").value = filled;
  element("filled-text").textContent = `${filled} of ${wanted}`;
  element("told").hidden = campaign.tell_after === null || mine < campaign.tell_after;
}
