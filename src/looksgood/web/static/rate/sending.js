/**
 * The loop that talks to the server: first what waits, oldest first, then for more pairs.
 * Everything else only changes what is shown and what waits, so no answer depends on a request.
 */

/** @typedef {import("./outbox.js").Message} Message */
/** @typedef {import("./outbox.js").Vote} Vote */
/** @typedef {import("./pairs.js").Pair} Pair */

import { showPair } from "./answering.js";
import { asked } from "./asked.js";
import { SCOPE } from "./campaign.js";
import { contact } from "./contact.js";
import { given } from "./given.js";
import { outbox } from "./outbox.js";
import { render } from "./page.js";
import { pairs } from "./pairs.js";
import { notice, say } from "./say.js";
import { isFinal, post, Trouble } from "./server.js";
import { saying } from "./sides.js";
import { showProgress, showStanding } from "./standing.js";

const AHEAD = 3; // pairs held here, the one in sight among them
const MOST_AT_ONCE = 5; // that the server hands out
const ASK_AGAIN_SECONDS = 4; // while there is nothing to rate
const RENEW_SECONDS = 45; // pairs are kept for us for two minutes
const LONGEST_PAUSE_SECONDS = 30; // between tries

/** Talk to the server for as long as the page lives. */
export async function keepUp() {
  for (let failures = 0; ; ) {
    try {
      await sendWaiting();
      await claimPairs();
      failures = 0;
      contact.trouble = null;
      render();
      if (outbox.all().length === 0) await contact.work.wait(pauseSeconds());
    } catch (error) {
      if (!(error instanceof Trouble)) console.error(error); // a fault of this page: no answer is lost
      failures += 1;
      contact.trouble = error instanceof Trouble ? error : new Trouble(-1, String(error));
      render();
      // spread, so that not all pages come back at the same moment
      const pause = Math.min(LONGEST_PAUSE_SECONDS, 0.5 * 2 ** failures) * (0.75 + Math.random() / 2);
      await contact.connection.wait(Math.max(pause, contact.trouble.retryAfter));
    }
  }
}

/** Return for how long nothing has to be asked. Nobody looks: nobody's pairs are kept. */
function pauseSeconds() {
  if (document.hidden) return Infinity;
  return pairs.current || contact.campaignState !== "open" ? RENEW_SECONDS : ASK_AGAIN_SECONDS;
}

/** Run work in one window at a time, where the browser can tell (the server does not mind).
 * @template T @param {() => Promise<T>} work @returns {Promise<T>} */
function alone(work) {
  return navigator.locks ? navigator.locks.request(`${SCOPE}:send`, work) : work();
}

/** Send what waits, oldest first; each is removed when the server has it. */
async function sendWaiting() {
  while (outbox.all().length > 0) {
    await alone(sendOldest);
    showStanding();
  }
}

async function sendOldest() {
  const oldest = outbox.all()[0]; // looked up again: another window may have sent it
  if (oldest === undefined) return;
  const { kind, body } = oldest.message;
  try {
    const answer =
      kind === "vote" ? await post("vote", body, "kept") : await post("withdraw", body, "withdrawn");
    showProgress(answer.progress);
    say(kind === "vote" ? `Saved: ${saying(/** @type {Vote} */ (body).side)}.` : "Taken back.");
  } catch (error) {
    if (!isFinal(error)) throw error;
    dropped(oldest.message, error);
  }
  outbox.remove(oldest.place);
}

/** @param {Message} message @param {Trouble} error */
function dropped({ kind, showing, body }, error) {
  if (kind === "withdraw") return; // there was nothing to take back
  given.forget(body.key);
  if (error.status === 409) {
    notice("An answer was given in another window already; that one counts.");
    return;
  }
  pairs.answered.delete(showing); // it is asked again, if it still is
  notice(`The server did not take an answer: ${error.message}`);
}

async function claimPairs() {
  const unsent = outbox.all().filter(({ message }) => message.kind === "vote").length;
  const want = Math.min(MOST_AT_ONCE, AHEAD + unsent);
  const answer = await post("claim", { want }, "pairs");
  contact.campaignState = answer.state;
  showProgress(answer.progress);
  takePairs(answer.pairs);
}

/** @param {Pair[]} all that the server holds for us, in order */
function takePairs(all) {
  const wasIdle = pairs.current === null;
  if (pairs.awaited !== null && outbox.all().length > 0) return; // asked for before it was taken back
  pairs.hold(all, contact.campaignState !== "open" && !asked.isBegun());
  if (wasIdle && pairs.current) showPair();
}
