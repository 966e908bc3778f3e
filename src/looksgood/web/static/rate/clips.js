/** Two clips in step. */

/** @typedef {import("./boxes.js").TextBox} TextBox */
/** @typedef {import("./pairs.js").Pair} Pair */

import { make } from "./elements.js";

const DRIFT_SECONDS = 0.08; // between two clips, before one is moved

/** Two clips that begin together, stay together and begin again when the longer one is over. */
export class Clips {
  /** @param {Pair} pair */
  constructor(pair) {
    this.videos = [pair.left, pair.right].map(film);
    this.isWanted = false; // to play, once both can
    this.timer = 0;
  }

  /** Put them in the page. @param {TextBox[]} boxes @param {number} speed */
  show(boxes, speed) {
    this.videos.forEach((video, i) => {
      video.setAttribute("aria-label", `Clip ${"AB"[i]}`);
      const confess = () => boxes[i].fill(make("p", "This clip cannot be played.", "bad"));
      video.addEventListener("error", confess);
      if (video.error) confess();
      else boxes[i].fill(video);
    });
    this.setSpeed(speed);
    this.timer = setInterval(() => this.keepInStep(), 100);
  }

  /** @param {boolean} isWanted */
  play(isWanted) {
    this.isWanted = isWanted;
    this.keepInStep();
  }

  /** @param {number} speed */
  setSpeed(speed) {
    for (const video of this.videos) {
      video.defaultPlaybackRate = speed;
      video.playbackRate = speed;
    }
  }

  keepInStep() {
    const playable = this.videos.filter((video) => !video.error);
    const running = playable.filter((video) => !video.ended);
    if (running.length === 0) {
      // both are over: a clip that is shorter has waited at its last picture
      for (const video of playable) video.currentTime = 0;
      return;
    }
    // one that has to load holds the other back
    const canGo = this.isWanted && running.every((video) => video.readyState >= 3 && !video.seeking);
    for (const video of running) {
      if (!canGo) video.pause();
      else if (video.paused) video.play().catch(() => {}); // refused: tried again soon
    }
    if (running.length < 2) return;
    const [first, second] = running;
    const limit = DRIFT_SECONDS * Math.max(1, first.playbackRate);
    if (!first.seeking && !second.seeking && Math.abs(first.currentTime - second.currentTime) > limit) {
      const [behind, ahead] = first.currentTime < second.currentTime ? [first, second] : [second, first];
      ahead.currentTime = behind.currentTime; // back, so that nothing is left out
    }
  }

  /** Return the share of the longer clip that has been played; null if that is not known. */
  watched() {
    const lengths = this.videos.map((video) => video.duration);
    if (!lengths.every((length) => length > 0 && length < Infinity)) return null;
    const longer = this.videos[lengths[0] >= lengths[1] ? 0 : 1];
    let seconds = 0;
    for (let i = 0; i < longer.played.length; i++) {
      seconds += longer.played.end(i) - longer.played.start(i);
    }
    return Math.min(1, seconds / longer.duration);
  }

  /** Let go of films and connections. */
  close() {
    clearInterval(this.timer);
    for (const video of this.videos) {
      video.remove();
      video.removeAttribute("src");
      video.load();
    }
  }
}

/** @param {string} address */
function film(address) {
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.preload = "auto";
  video.disablePictureInPicture = true;
  video.src = address;
  return video;
}
