/** Time for which the pair has been in sight. */
export class Stopwatch {
  constructor() {
    this.before = 0;
    /** @type {number | null} */
    this.since = null;
  }

  /** @param {number} seconds */
  set(seconds) {
    this.before = seconds;
    this.since = document.hidden ? null : performance.now();
  }

  /** @param {boolean} isSeen */
  see(isSeen) {
    this.before = this.seconds();
    this.since = isSeen ? performance.now() : null;
  }

  seconds() {
    return this.before + (this.since === null ? 0 : (performance.now() - this.since) / 1000);
  }
}
