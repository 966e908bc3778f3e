/**
 * Texts of others, made visible: they reach the page as text nodes, never as markup, and what could
 * not be seen or would turn other text around is named.
 */

import { make } from "./elements.js";

const MOST_MARKS = 400; // elements in such a part
const MOST_COMBINING = 8; // marks on one letter: scripts in use need fewer

const CONTROLS = (
  "NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI " +
  "DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US"
).split(" ");
/** @type {[number, string][]} */
const NAMED = [
  [0x7f, "DEL"], [0x61c, "ALM"], [0x180e, "MVS"], [0x200b, "ZWSP"], [0x200e, "LRM"],
  [0x200f, "RLM"], [0x202a, "LRE"], [0x202b, "RLE"], [0x202c, "PDF"], [0x202d, "LRO"],
  [0x202e, "RLO"], [0x2060, "WJ"], [0x2066, "LRI"], [0x2067, "RLI"], [0x2068, "FSI"],
  [0x2069, "PDI"], [0xfeff, "BOM"],
];
CONTROLS.forEach((name, i) => NAMED.push([i, name], [0x2400 + i, name])); // \u2400: a kept NUL
const NAMES = new Map(NAMED);
// what cannot be seen, turns others around or hides text; and more combining marks than a letter
// bears
const ODD =
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u2400-\u241f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]+|\p{M}{9,}/gu;
// of these the effect stays: right-to-left scripts are written with them, and a line contains it
const NOT_KEPT = /[^\u061c\u200e\u200f]/gu;

/** Return a text as nodes: odd characters are named, not obeyed.
 * @param {string} text
 * @returns {(string | HTMLElement)[]} */
export function visible(text) {
  const nodes = [];
  let plain = "";
  let end = 0;
  for (const found of text.matchAll(ODD)) {
    const [before, name, after] = named(found[0]);
    plain += text.slice(end, found.index) + before;
    end = found.index + found[0].length;
    if (nodes.length < MOST_MARKS) {
      nodes.push(plain, mark(name));
      plain = after;
    } else plain += `⟨${name}⟩${after}`; // elements cost more than letters
  }
  return [...nodes, plain + text.slice(end)].filter((node) => node !== "");
}

/** Return what stays of a run of odd characters, its name, and what stays behind that.
 * @param {string} run @returns {[string, string, string]} */
function named(run) {
  if (!/^\p{M}/u.test(run)) return ["", names(run), run.replace(NOT_KEPT, "")];
  const marks = [...run];
  const more = marks.length - MOST_COMBINING;
  return [marks.slice(0, MOST_COMBINING).join(""), `+${more} combining marks`, ""];
}

/** @param {string} run of odd characters */
function names(run) {
  return run.replace(/[\u{e0000}-\u{e007f}]+|(.)\1*/gsu, (same, one) => {
    if (one === undefined) return `hidden: ${[...same].map(unhidden).join("")} `;
    const code = one.charCodeAt(0);
    const name = NAMES.get(code) ?? `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
    return same.length > 1 ? `${name} ×${same.length} ` : `${name} `;
  }).trimEnd();
}

/** Return the letter that a tag character stands for. @param {string} character */
function unhidden(character) {
  const code = character.codePointAt(0) - 0xe0000;
  return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : "·";
}

/** @param {string} name @returns {HTMLElement} */
export function mark(name) {
  const made = make("span", name, "mark");
  made.dir = "ltr";
  return made;
}
