/**
 * The page for raters: it shows pairs, takes answers by key or click, and keeps every answer in the
 * browser's storage until the server says that it has it.
 */

import { Bell } from "./rate/bell.js";
import { campaign } from "./rate/campaign.js";
import { listenToClicks } from "./rate/clicks.js";
import { element } from "./rate/elements.js";
import { setUpInstructions } from "./rate/instructions.js";
import { listenToKeys } from "./rate/keys.js";
import { outbox } from "./rate/outbox.js";
import { render, showTimer } from "./rate/page.js";
import { pairs } from "./rate/pairs.js";
import { keepUp } from "./rate/sending.js";
import { setUpTags } from "./rate/tags.js";
import { listenToWindows } from "./rate/windows.js";

const RECOVER_SECONDS = 2; // to look for what a killed browser left

/** Make the page as this campaign wants it. */
function setUp() {
  setUpInstructions();
  setUpTags();
  element("note-field").hidden = element("keys-note").hidden = !campaign.asks_note;
  element("keys-sure").hidden = !campaign.asks_confidence;
}

/** Find what waits from before: sent first, and not asked again. */
async function recallWaiting() {
  // some browsers open no database in private windows, and say so by never answering
  await Promise.race([outbox.recover(), new Bell().wait(RECOVER_SECONDS)]);
  for (const { message } of outbox.all()) {
    if (message.kind === "vote") pairs.answered.add(message.showing);
    else pairs.answered.delete(message.showing);
  }
}

setUp();
listenToKeys();
listenToClicks();
listenToWindows();
render();
setInterval(showTimer, 500);
recallWaiting().then(keepUp);
