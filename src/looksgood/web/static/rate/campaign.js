/** What the server tells this page about its campaign, and under which mark it keeps things. */

import { element } from "./elements.js";

export const campaign = JSON.parse(element("campaign").textContent);

// What waits is kept under the mark of its database: another one behind the same address, such as
// yesterday's demo, never gets an answer that was not meant for it.
export const SCOPE = `looksgood:${campaign.store}:${campaign.name}:${campaign.person}`;
