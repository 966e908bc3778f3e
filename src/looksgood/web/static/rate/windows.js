/** What happens to this window, and what other windows do. */

import { advance } from "./answering.js";
import { asked } from "./asked.js";
import { boxes } from "./boxes.js";
import { contact } from "./contact.js";
import { outbox } from "./outbox.js";
import { pairs } from "./pairs.js";
import { playInSight } from "./playing.js";
import { showStanding } from "./standing.js";

export function listenToWindows() {
  addEventListener("online", () => contact.connection.ring());
  addEventListener("resize", () => Object.values(boxes).forEach((box) => box.letKeysScroll()));
  addEventListener("pagehide", () => asked.keepDraft());
  addEventListener("storage", onOtherWindow);
  addEventListener("beforeunload", (event) => {
    if (outbox.all().length > 0) event.preventDefault();
  });
  document.addEventListener("visibilitychange", onVisibility);
}

function onVisibility() {
  asked.watch.see(!document.hidden);
  playInSight();
  if (document.hidden) asked.keepDraft();
  contact.work.ring();
  if (!document.hidden) contact.connection.ring();
}

/** What another window answers is not asked here. @param {StorageEvent} event */
function onOtherWindow({ key, newValue }) {
  if (!key?.startsWith(outbox.prefix)) return;
  showStanding();
  if (newValue === null) return;
  const { kind, showing } = JSON.parse(newValue);
  if (kind === "withdraw") {
    pairs.answered.delete(showing);
    return;
  }
  pairs.leaveOut(showing);
  if (pairs.current?.showing === showing) advance();
}
