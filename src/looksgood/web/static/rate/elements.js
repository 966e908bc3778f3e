/** Elements of the page: by id, or made anew. */

/** @param {string} id @returns {any} */
export function element(id) {
  return document.getElementById(id);
}

/**
 * @param {string} tag
 * @param {string} text
 * @param {string} [className]
 * @returns {any}
 */
export function make(tag, text, className = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  made.className = className;
  return made;
}
