/** What may be answered, and how it is said. */

/** @typedef {"left" | "right" | "tie" | "cant_tell"} Side */

/** @type {Side[]} */
export const SIDES = ["left", "right"];

/** @param {Side} side */
export function saying(side) {
  return { left: "A is better", right: "B is better", tie: "tie", cant_tell: "can’t tell" }[side];
}
