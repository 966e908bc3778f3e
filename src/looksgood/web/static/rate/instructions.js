/** Instructions: how they look, and whether they are open. */

import { boxes } from "./boxes.js";
import { campaign } from "./campaign.js";
import { element } from "./elements.js";
import { keep, recalled } from "./memory.js";

export function setUpInstructions() {
  const instructions = element("instructions");
  instructions.hidden = campaign.instructions === "";
  instructions.open = recalled("instructions", true);
  instructions.firstElementChild.addEventListener("click", () => keep("instructions", !instructions.open));
  boxes["instructions-text"].show(campaign.instructions);
}

/** Instructions are open until the first answer; from then on as the rater leaves them. */
export function foldInstructions() {
  if (recalled("instructions", null) !== null) return;
  element("instructions").open = false;
  keep("instructions", false);
}
