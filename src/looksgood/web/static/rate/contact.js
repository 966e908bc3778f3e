/** How this page stands with the server, and what wakes the loop that talks to it. */

/** @typedef {import("./server.js").Trouble} Trouble */

import { Bell } from "./bell.js";

class Contact {
  constructor() {
    /** @type {"loading" | "open" | "closed" | "shut_out"} */
    this.campaignState = "loading";
    /** @type {Trouble | null} */
    this.trouble = null;
    this.work = new Bell(); // there is something to send or to ask for
    this.connection = new Bell(); // it may be worth trying again
  }

  /** Tell whether nobody may answer here now. */
  isShutOff() {
    return this.trouble?.status === 403;
  }
}

export const contact = new Contact();
