/** Something that can be waited for, and ended early. */
export class Bell {
  /** @param {number} seconds @returns {Promise<void>} */
  wait(seconds) {
    return new Promise((resolve) => {
      this.ring = resolve;
      if (seconds < Infinity) setTimeout(resolve, seconds * 1000);
    });
  }

  ring() {}
}
