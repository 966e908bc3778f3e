/** Boxes that show texts of others, each with its scroll bar. */

import { element, make } from "./elements.js";
import { mark, visible } from "./texts.js";

const PART_CHARACTERS = 12_000; // of a long text, laid out at once

/** A box that shows a text of others; a long one part by part, so that the page never stands. */
export class TextBox {
  /** @param {HTMLElement} box */
  constructor(box) {
    this.box = box;
    this.button = make("button", "", "more");
    this.button.type = "button";
    this.button.hidden = true;
    this.button.addEventListener("click", () => this.showAll());
    box.after(this.button);
    this.text = "";
    this.end = 0; // of what is laid out
  }

  /** Show something else than a text, or nothing. @param {...Node} nodes */
  fill(...nodes) {
    this.text = "";
    this.end = 0;
    this.button.hidden = true;
    this.box.replaceChildren(...nodes);
    this.box.scrollTop = 0;
    this.box.removeAttribute("tabindex");
  }

  /** @param {string} text */
  show(text) {
    this.fill();
    this.text = text.replace(/\r\n|[\u2028\u2029]/g, "\n"); // lines end in one way
    this.showPart();
    this.button.hidden = this.end >= this.text.length;
    this.button.textContent = `Show all ${this.text.length.toLocaleString("en")} characters`;
    requestAnimationFrame(() => this.letKeysScroll());
  }

  showPart() {
    const end = partEnd(this.text, this.end);
    let part = this.text.slice(this.end, end);
    const isLine = part.endsWith("\n");
    if (isLine && end < this.text.length) part = part.slice(0, -1); // a block ends its line
    const block = make("div", "");
    block.dir = "auto";
    block.append(...visible(part));
    if (!isLine && end < this.text.length) block.append(mark("line goes on"));
    this.box.append(block);
    this.end = end;
  }

  showAll() {
    this.button.hidden = true;
    this.box.focus();
    const text = this.text;
    const next = () => {
      if (this.text !== text || this.end >= text.length) return; // another pair, or done
      this.showPart();
      requestAnimationFrame(next);
    };
    next();
  }

  /** A box that scrolls can be reached by Tab; one that does not would only be in the way. */
  letKeysScroll() {
    if (scrolls(this.box)) this.box.tabIndex = 0;
    else if (document.activeElement !== this.box) this.box.removeAttribute("tabindex");
  }
}

/** @param {Element} box */
export function scrolls(box) {
  return box.scrollHeight > box.clientHeight + 1;
}

/** Return where to end a part of a long text that begins at `start`: at a line's end if one is
 * near, and never within a character. @param {string} text @param {number} start */
function partEnd(text, start) {
  const limit = start + PART_CHARACTERS;
  if (limit >= text.length) return text.length;
  const line = text.lastIndexOf("\n", limit);
  if (line > start + PART_CHARACTERS / 2) return line + 1;
  const splits = text.charCodeAt(limit) >= 0xdc00 && text.charCodeAt(limit) < 0xe000;
  return splits ? limit - 1 : limit;
}

export const boxes = Object.fromEntries(
  ["prompt", "source", "left", "right", "instructions-text"].map((id) => [id, new TextBox(element(id))]),
);
