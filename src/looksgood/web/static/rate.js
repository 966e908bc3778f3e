/**
 * The page for raters: it shows pairs, takes answers by key or click, and keeps every answer in the
 * browser's storage until the server says that it has it.
 *
 * One loop (`keepUp`) talks to the server: first what waits, oldest first, then for more pairs.
 * Everything else only changes what is shown and what waits, so no answer depends on a request.
 * Texts are other people's: they reach the page as text nodes, never as markup.
 */

/** @typedef {"left" | "right" | "tie" | "cant_tell"} Side */
/**
 * @typedef {object} Pair what the server hands out
 * @property {number} showing
 * @property {string} prompt
 * @property {string} left a text, or a clip's address
 * @property {string} right
 * @property {boolean} are_clips
 * @property {string} source
 */
/**
 * @typedef {object} Draft what a rater has said of a pair that is not answered yet
 * @property {number} showing
 * @property {Side | null} impression
 * @property {string[]} tags
 * @property {string} note
 * @property {number} seconds for which the pair was in sight before now
 * @property {number | null} watched share of the longer clip that was played before now
 */
/** @typedef {Draft & {key: string, side: Side, confidence: number | null}} Vote */
/** @typedef {{kind: "vote" | "withdraw", showing: number, body: Vote | {key: string}}} Message */
/** @typedef {{place: string, message: Message}} Waiting */
/** @typedef {"impression" | "choice" | "sure"} Stage */

const AHEAD = 3; // pairs held here, the one in sight among them
const MOST_AT_ONCE = 5; // that the server hands out
const ASK_AGAIN_SECONDS = 4; // while there is nothing to rate
const RENEW_SECONDS = 45; // pairs are kept for us for two minutes
const LONGEST_PAUSE_SECONDS = 30; // between tries
const RECOVER_SECONDS = 2; // to look for what a killed browser left
const REQUEST_SECONDS = 20; // after which a request counts as lost
const UNDO_DEPTH = 50;
const MOST_DRAFTS = 20;
const BEGUN_SECONDS = 3; // after which a pair is not taken away any more
const PART_CHARACTERS = 12_000; // of a long text, laid out at once
const MOST_MARKS = 400; // elements in such a part
const MOST_COMBINING = 8; // marks on one letter: scripts in use need fewer
const DRIFT_SECONDS = 0.08; // between two clips, before one is moved
const SPEEDS = [0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4];
const TAG_KEYS = "123456789asdfghjkl";

const campaign = JSON.parse(element("campaign").textContent);

/** @param {string} id @returns {any} */
function element(id) {
  return document.getElementById(id);
}

/**
 * @param {string} tag
 * @param {string} text
 * @param {string} [className]
 * @returns {any}
 */
function make(tag, text, className = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  made.className = className;
  return made;
}

// ---- texts of others

const CONTROLS = (
  "NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI " +
  "DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US"
).split(" ");
const NAMES = new Map([
  [0x7f, "DEL"], [0x61c, "ALM"], [0x180e, "MVS"], [0x200b, "ZWSP"], [0x200e, "LRM"],
  [0x200f, "RLM"], [0x202a, "LRE"], [0x202b, "RLE"], [0x202c, "PDF"], [0x202d, "LRO"],
  [0x202e, "RLO"], [0x2060, "WJ"], [0x2066, "LRI"], [0x2067, "RLI"], [0x2068, "FSI"],
  [0x2069, "PDI"], [0xfeff, "BOM"],
  ...CONTROLS.flatMap((name, i) => [[i, name], [0x2400 + i, name]]), // \u2400: a kept NUL
]);
// what cannot be seen, turns others around or hides text; and more combining marks than a letter
// bears
const ODD =
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u2400-\u241f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]+|\p{M}{9,}/gu;
// of these the effect stays: right-to-left scripts are written with them, and a line contains it
const NOT_KEPT = /[^\u061c\u200e\u200f]/gu;

/** Return a text as nodes: odd characters are named, not obeyed.
 * @param {string} text
 * @returns {(string | HTMLElement)[]} */
function visible(text) {
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
function mark(name) {
  const made = make("span", name, "mark");
  made.dir = "ltr";
  return made;
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

/** A box that shows a text of others; a long one part by part, so that the page never stands. */
class TextBox {
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

  /** Show something else than a text. @param {Node} [node] */
  fill(...node) {
    this.text = "";
    this.end = 0;
    this.button.hidden = true;
    this.box.replaceChildren(...node);
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
function scrolls(box) {
  return box.scrollHeight > box.clientHeight + 1;
}

// ---- two clips in step

/** Two clips that begin together, stay together and begin again when the longer one is over. */
class Clips {
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

// ---- what waits for the server

/** A second copy of what waits: `localStorage` answers at once but reaches the disk some seconds
 * later, which a browser that is killed does not have. What comes back from here although the
 * server has it is sent once more, and changes nothing. */
class Copies {
  constructor() {
    /** @type {Promise<IDBDatabase>} */
    this.opened = new Promise((resolve, reject) => {
      const opening = indexedDB.open("looksgood", 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore("out");
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
    this.opened.catch(() => {}); // a browser that keeps none: the first copy is all there is
  }

  /** @param {(store: IDBObjectStore) => void} change */
  async change(change) {
    try {
      const database = await this.opened;
      change(database.transaction("out", "readwrite", { durability: "strict" }).objectStore("out"));
    } catch {
      // as above
    }
  }

  /** Return what was not taken out again: places and texts. @param {string} prefix
   * @returns {Promise<[string, string][]>} */
  async all(prefix) {
    try {
      const database = await this.opened;
      const store = database.transaction("out").objectStore("out");
      const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
      const [places, texts] = await Promise.all([store.getAllKeys(range), store.getAll(range)].map(done));
      return places.map((place, i) => [String(place), texts[i]]);
    } catch {
      return [];
    }
  }
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** What has not been acknowledged yet, oldest first: each entry by itself in the browser's
 * storage, so that two windows never write over each other's. */
class Outbox {
  /** @param {string} scope of one person in one campaign of one server */
  constructor(scope) {
    this.prefix = `${scope}:out:`;
    this.copies = new Copies();
    /** @type {Map<string, string>} */
    this.spare = new Map(); // where the browser stores nothing
  }

  /** Take back in what a killed browser left. */
  async recover() {
    for (const [place, text] of await this.copies.all(this.prefix)) this.store(place, text);
  }

  /** @returns {Waiting[]} */
  all() {
    const places = [...this.spare.keys()];
    for (let i = 0; i < localStorage.length; i++) {
      const place = localStorage.key(i);
      if (place?.startsWith(this.prefix)) places.push(place);
    }
    return places.sort().flatMap((place) => this.read(place));
  }

  /** @param {string} place @returns {Waiting[]} the entry, or nothing if it is gone */
  read(place) {
    try {
      const text = this.spare.get(place) ?? localStorage.getItem(place);
      return text === null ? [] : [{ place, message: JSON.parse(text) }];
    } catch {
      localStorage.removeItem(place); // not written by this page
      return [];
    }
  }

  /** @param {Message} message */
  put(message) {
    const last = Number(this.all().at(-1)?.place.slice(this.prefix.length).split(":")[0] ?? 0);
    // of one length, so that text sorts as numbers; a clock that was set back changes nothing
    const number = String(Math.max(Date.now(), last + 1)).padStart(15, "0");
    const place = `${this.prefix}${number}:${newKey()}`;
    const text = JSON.stringify(message);
    this.copies.change((store) => store.put(text, place));
    this.store(place, text);
  }

  /** @param {string} place @param {string} text */
  store(place, text) {
    try {
      localStorage.setItem(place, text);
    } catch {
      this.spare.set(place, text);
      notice("This browser keeps nothing: do not close this window before all is saved.");
    }
  }

  /** @param {string} place */
  remove(place) {
    this.spare.delete(place);
    localStorage.removeItem(place);
    this.copies.change((store) => store.delete(place));
  }
}

/** Return a random UUID; `crypto.randomUUID` is missing where a page came without https. */
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// ---- talking to the server

/** The server refused, or was not reached. */
class Trouble extends Error {
  /** @param {number} status 0 if there was no answer
   * @param {string} reason @param {number} retryAfter seconds */
  constructor(status, reason, retryAfter = 0) {
    super(reason);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** Send JSON and return the answer.
 * @param {"claim" | "vote" | "withdraw"} door
 * @param {object} body
 * @param {string} proof a field that our server's answer has, and a hotel's login page has not
 * @returns {Promise<any>}
 * @throws {Trouble} */
async function post(door, body, proof) {
  let response;
  let answer = {};
  try {
    response = await fetch(`/rate/${encodeURIComponent(campaign.name)}/${door}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRF-Token": campaign.csrf },
      body: JSON.stringify(body),
      redirect: "error",
      signal: AbortSignal.timeout(REQUEST_SECONDS * 1000),
    });
    answer = await response.json();
  } catch (error) {
    if (response === undefined || response.ok) throw new Trouble(0, String(error));
  }
  if (!response.ok) {
    const wait = Number(response.headers.get("Retry-After")) || 0;
    throw new Trouble(response.status, String(answer?.error ?? response.statusText), wait);
  }
  if (answer?.[proof] === undefined) throw new Trouble(0, "the answer is not our server's");
  return answer;
}

/** Run work in one window at a time, where the browser can tell (the server does not mind).
 * @template T @param {() => Promise<T>} work @returns {Promise<T>} */
function alone(work) {
  return navigator.locks ? navigator.locks.request(`${SCOPE}:send`, work) : work();
}

// What waits is kept under the mark of its database: another one behind the same address, such as
// yesterday's demo, never gets an answer that was not meant for it.
const SCOPE = `looksgood:${campaign.store}:${campaign.name}:${campaign.person}`;

/** What the page knows. */
const held = {
  /** @type {Pair | null} */ current: null,
  /** @type {Pair[]} */ next: [],
  /** @type {Map<number, Clips>} */ clips: new Map(),
  /** @type {Set<number>} */ answered: new Set(), // showings, here or in another window
  /** @type {Vote[]} */ given: recalled("given", []), // that U takes back, latest last
  /** @type {Map<number, Pair>} */ past: new Map(), // of those, the pairs: as they were shown
  /** @type {number | null} */ awaited: null, // a showing that was taken back and has to come
  campaignState: "loading",
  /** @type {Trouble | null} */ trouble: null,
  /** @type {Map<number, Draft>} */ drafts: new Map(recalled("drafts", [])),
};
const outbox = new Outbox(SCOPE);

/** Send what waits, oldest first; each is removed when the server has it. */
async function sendWaiting() {
  while (outbox.all().length > 0) {
    await alone(sendOldest);
    showStanding();
  }
}

async function sendOldest() {
  const oldest = outbox.all()[0]; // looked up again: another window may have sent it
  if (oldest === undefined) return;
  const { kind, body } = oldest.message;
  try {
    const answer =
      kind === "vote" ? await post("vote", body, "kept") : await post("withdraw", body, "withdrawn");
    showProgress(answer.progress);
    say(kind === "vote" ? `Saved: ${saying(/** @type {Vote} */ (body).side)}.` : "Taken back.");
  } catch (error) {
    if (!isFinal(error)) throw error;
    dropped(oldest.message, error);
  }
  outbox.remove(oldest.place);
}

/** Tell whether sending the same again cannot help. @param {unknown} error */
function isFinal(error) {
  return error instanceof Trouble && [400, 404, 409, 413, 422].includes(error.status);
}

/** @param {Message} message @param {Trouble} error */
function dropped({ kind, showing, body }, error) {
  if (kind === "withdraw") return; // there was nothing to take back
  held.given = held.given.filter(({ key }) => key !== body.key);
  keep("given", held.given);
  if (error.status === 409) {
    notice("An answer was given in another window already; that one counts.");
    return;
  }
  held.answered.delete(showing); // it is asked again, if it still is
  notice(`The server did not take an answer: ${error.message}`);
}

async function claimPairs() {
  const unsent = outbox.all().filter(({ message }) => message.kind === "vote").length;
  const want = Math.min(MOST_AT_ONCE, AHEAD + unsent);
  const answer = await post("claim", { want }, "pairs");
  held.campaignState = answer.state;
  showProgress(answer.progress);
  takePairs(answer.pairs);
}

/** @param {Pair[]} pairs all that the server holds for us, in order */
function takePairs(pairs) {
  const open = pairs.filter(({ showing }) => !held.answered.has(showing));
  const wasIdle = held.current === null;
  if (held.awaited !== null) {
    if (outbox.all().length > 0) return; // asked for before it was taken back
    held.current = open.find(({ showing }) => showing === held.awaited) ?? null;
    held.awaited = null;
  }
  if (held.campaignState !== "open" && !isBegun()) held.current = null;
  held.next = open.filter(({ showing }) => showing !== held.current?.showing);
  held.current ??= held.next.shift() ?? null;
  preloadClips();
  if (wasIdle && held.current) showPair();
}

/** Tell whether somebody is busy with the pair: one that closes in between is not taken away. */
function isBegun() {
  return draft.seconds > 0 || watch.seconds() > BEGUN_SECONDS;
}

/** Load the clips of all pairs held, and let go of others. */
function preloadClips() {
  const pairs = [held.current, ...held.next].filter((pair) => pair?.are_clips);
  for (const pair of pairs) {
    if (!held.clips.has(pair.showing)) held.clips.set(pair.showing, new Clips(pair));
  }
  for (const [showing, clips] of held.clips) {
    if (pairs.some((pair) => pair.showing === showing)) continue;
    clips.close();
    held.clips.delete(showing);
  }
}

/** Something that can be waited for, and ended early. */
class Bell {
  /** @param {number} seconds @returns {Promise<void>} */
  wait(seconds) {
    return new Promise((resolve) => {
      this.ring = resolve;
      if (seconds < Infinity) setTimeout(resolve, seconds * 1000);
    });
  }

  ring() {}
}

const work = new Bell(); // there is something to send or to ask for
const connection = new Bell(); // it may be worth trying again

/** Talk to the server for as long as the page lives. */
async function keepUp() {
  for (let failures = 0; ; ) {
    try {
      await sendWaiting();
      await claimPairs();
      failures = 0;
      held.trouble = null;
      render();
      if (outbox.all().length === 0) await work.wait(pauseSeconds());
    } catch (error) {
      if (!(error instanceof Trouble)) console.error(error); // a fault of this page: no answer is lost
      failures += 1;
      held.trouble = error instanceof Trouble ? error : new Trouble(-1, String(error));
      render();
      // spread, so that not all pages come back at the same moment
      const pause = Math.min(LONGEST_PAUSE_SECONDS, 0.5 * 2 ** failures) * (0.75 + Math.random() / 2);
      await connection.wait(Math.max(pause, held.trouble.retryAfter));
    }
  }
}

/** Return for how long nothing has to be asked. Nobody looks: nobody's pairs are kept. */
function pauseSeconds() {
  if (document.hidden) return Infinity;
  return held.current || held.campaignState !== "open" ? RENEW_SECONDS : ASK_AGAIN_SECONDS;
}

// ---- one pair

/** Time for which the pair has been in sight. */
class Stopwatch {
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

const watch = new Stopwatch();
/** @type {Draft} */
let draft = emptyDraft(0);
/** @type {Stage} */
let stage = "choice";
/** @type {Side} what is chosen while it is asked how sure that is */
let meant = "tie";
let isImpressionFresh = false; // it was the last thing done

/** @param {number} showing @returns {Draft} */
function emptyDraft(showing) {
  return { showing, impression: null, tags: [], note: "", seconds: 0, watched: null };
}

/** Show the current pair from its beginning, or as far as it had been answered. */
function showPair() {
  const pair = held.current;
  isImpressionFresh = false;
  stage = "choice";
  if (pair === null) {
    for (const part of ["prompt", "source", "left", "right"]) boxes[part].fill();
    return;
  }
  draft = held.drafts.get(pair.showing) ?? emptyDraft(pair.showing);
  if (asksImpression(pair) && draft.impression === null) stage = "impression";
  watch.set(draft.seconds);
  boxes.prompt.show(pair.prompt);
  if (stage !== "impression") boxes.source.show(pair.source);
  if (pair.are_clips) showClips();
  else for (const side of SIDES) boxes[side].show(pair[side]);
  element("note").value = draft.note;
  render();
  scrollTo(0, 0);
  element("pair-title").focus({ preventScroll: true });
  say(`New pair. ${element("bar-title").textContent}`);
}

/** @param {Pair} pair */
function asksImpression(pair) {
  return campaign.asks_impression && pair.source !== "";
}

/** Take a choice: the first impression, or what is meant in the end. @param {Side} side */
function choose(side) {
  if (held.current === null || isShutOff()) return;
  flash(side);
  if (stage === "impression") {
    draft.impression = side;
    stage = "choice";
    isImpressionFresh = true;
    keepDraft(); // a reload must not ask for a first impression of what was seen
    boxes.source.show(held.current.source);
    render();
    element("source-title").focus();
    say(`First impression: ${saying(side)}. Now the source is shown. Choose again.`);
  } else if (campaign.asks_confidence && side !== "cant_tell") {
    meant = side;
    stage = "sure";
    render();
    element("bar-title").focus({ preventScroll: true }); // is read out: how sure are you?
  } else {
    answer(side, null);
  }
}

/** @param {number} confidence 1 to 5 */
function beSure(confidence) {
  if (stage === "sure") answer(meant, confidence);
}

/** Keep the answer, and go on. @param {Side} side @param {number | null} confidence */
function answer(side, confidence) {
  const pair = /** @type {Pair} */ (held.current);
  const vote = { ...currentDraft(), key: newKey(), side, confidence };
  outbox.put({ kind: "vote", showing: pair.showing, body: vote });
  held.answered.add(pair.showing);
  held.given = [...held.given, vote].slice(-UNDO_DEPTH);
  keep("given", held.given);
  held.past.set(pair.showing, pair);
  for (const showing of held.past.keys()) {
    if (held.past.size > UNDO_DEPTH) held.past.delete(showing); // the oldest
  }
  held.drafts.delete(pair.showing);
  keepDrafts();
  foldInstructions();
  advance();
}

/** Return the draft as it stands now. @returns {Draft} */
function currentDraft() {
  const watched = held.clips.get(draft.showing)?.watched() ?? null;
  return {
    ...draft,
    note: element("note").value,
    seconds: Math.round(watch.seconds() * 1000) / 1000,
    watched: watched === null ? draft.watched : Math.max(watched, draft.watched ?? 0),
  };
}

function advance() {
  held.current = held.next.shift() ?? null;
  preloadClips();
  showPair();
  render();
  work.ring();
}

/** Take the last answer back and show its pair again, as it was. */
function undo() {
  if (stage === "sure") {
    stage = "choice";
    render();
    element("bar-title").focus({ preventScroll: true });
    return;
  }
  if (isImpressionFresh) {
    isImpressionFresh = false;
    notice("A first impression stays: the source has been seen. Undo again for the pair before.");
    return;
  }
  const vote = held.given.at(-1);
  if (vote === undefined || !canUndo()) return;
  held.given = held.given.slice(0, -1);
  keep("given", held.given);
  // both are sent, in order, even if neither was yet: a lost answer may have been received
  outbox.put({ kind: "withdraw", showing: vote.showing, body: { key: vote.key } });
  held.answered.delete(vote.showing);
  keepDraft(); // of the pair that is left for now
  if (held.current) held.next.unshift(held.current);
  held.current = held.past.get(vote.showing) ?? null;
  held.past.delete(vote.showing);
  // after a reload the pair is not here: the server hands it out first
  held.awaited = held.current ? null : vote.showing;
  const { key, side, confidence, ...before } = vote;
  held.drafts.set(vote.showing, before);
  preloadClips();
  showPair();
  render();
  say(`Taken back: ${saying(side)}.`);
  work.ring();
}

/** Tell whether the last answer's pair can be shown again: from here, or by the server. */
function canUndo() {
  const last = held.given.at(-1);
  if (last === undefined || isShutOff()) return false;
  return held.campaignState === "open" || held.past.has(last.showing);
}

/** @param {string} tag */
function tick(tag) {
  if (stage !== "choice") return;
  const isOn = draft.tags.includes(tag);
  draft.tags = isOn ? draft.tags.filter((other) => other !== tag) : [...draft.tags, tag];
  showTags();
  say(`${tag}: ${isOn ? "no" : "yes"}.`);
}

// ---- clips by key

let speed = SPEEDS.includes(recalled("speed", 1)) ? recalled("speed", 1) : 1;
// who wants less motion starts the clips
let isPlaying = !matchMedia("(prefers-reduced-motion: reduce)").matches;

function showClips() {
  const clips = held.clips.get(held.current.showing);
  clips.show(SIDES.map((side) => boxes[side]), speed);
  clips.play(isPlaying && !document.hidden);
}

/** @param {boolean} isWanted */
function play(isWanted) {
  isPlaying = isWanted;
  currentClips()?.play(isPlaying);
  showPlaying();
}

/** @param {number} steps along SPEEDS */
function changeSpeed(steps) {
  const at = SPEEDS.indexOf(speed) + steps;
  speed = SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, at))];
  keep("speed", speed);
  currentClips()?.setSpeed(speed);
  showPlaying();
}

function currentClips() {
  return held.current ? held.clips.get(held.current.showing) : undefined;
}

// ---- what is shown

/** @type {Side[]} */
const SIDES = ["left", "right"];
const boxes = Object.fromEntries(
  ["prompt", "source", "left", "right", "instructions-text"].map((id) => [id, new TextBox(element(id))]),
);

/** @param {Side} side */
function saying(side) {
  return { left: "A is better", right: "B is better", tie: "tie", cant_tell: "can’t tell" }[side];
}

/** Tell those who listen. Older words go, so that nobody walks through them. @param {string} text */
function say(text) {
  const log = element("said");
  log.append(make("p", text));
  while (log.children.length > 4) log.firstChild.remove();
}

/** Tell everybody, until it is closed. @param {string} text */
function notice(text) {
  element("notice-text").textContent = text;
  element("notice").hidden = false;
}

/** Tell whether nobody may answer here now. */
function isShutOff() {
  return held.trouble?.status === 403;
}

function render() {
  const isOpen = held.current !== null && !isShutOff();
  document.body.dataset.stage = isOpen ? stage : "none";
  element("pair").hidden = element("timer").hidden = !isOpen;
  element("bar").hidden = !isOpen && !canUndo();
  element("state").hidden = isOpen;
  if (isOpen) renderPair();
  else renderState();
  renderBanner();
  showStanding();
}

function renderPair() {
  const pair = held.current;
  element("prompt-card").hidden = pair.prompt === "";
  element("source-card").hidden = pair.source === "" || stage === "impression";
  element("clip-controls").hidden = !pair.are_clips;
  element("extras").hidden = stage === "impression";
  element("bar-title").textContent = barTitle(pair);
  element("choices").hidden = stage === "sure";
  element("sure").hidden = stage !== "sure";
  showTags();
  showPlaying();
}

/** @param {Pair} pair */
function barTitle(pair) {
  if (stage === "sure") return `${capital(saying(meant))}: how sure are you?`;
  if (stage === "impression") return "Your first impression? The source is shown afterwards.";
  if (!asksImpression(pair)) return "Your choice";
  return `After looking at the source? Your first impression: ${saying(draft.impression)}.`;
}

/** @param {string} text */
function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const STATES = {
  loading: ["Fetching the first pair", ""],
  open: [
    "Nothing to rate right now",
    "Others hold what is left, or more is to come. This page asks again every few seconds.",
  ],
  closed: ["This campaign is closed", "Thank you. Nobody is asked any more."],
  shut_out: [
    "You are not asked any more",
    "Too many of this campaign’s attention checks were answered otherwise than expected.",
  ],
  back: ["Fetching the pair again", "Your answer is being taken back."],
  refused: ["You are not let in", ""],
  away: ["", "The next pairs come as soon as they can. This page keeps trying."],
};

function renderState() {
  const name = stateName();
  const title = STATES[name][0] || troubleText();
  const text = name === "refused" ? `${held.trouble?.message} ${waitingText()}` : STATES[name][1];
  const heading = element("state-title");
  if (heading.textContent === title && element("state-text").textContent === text) return;
  heading.textContent = title;
  element("state-text").textContent = text;
  say(`${title}. ${text}`);
  // what had the focus is gone
  if (document.activeElement?.closest("#pair, #bar")) heading.focus();
}

function troubleText() {
  const status = held.trouble?.status;
  if (status === 0) return "No connection to the server";
  if (status === 429) return "The server asks to go slower";
  if (status === -1) return "This page has met a fault of its own";
  return "The server cannot answer at the moment";
}

function stateName() {
  if (isShutOff()) return "refused";
  if (held.trouble) return "away";
  return held.awaited === null ? held.campaignState : "back";
}

function renderBanner() {
  const banner = element("banner");
  const { trouble } = held;
  banner.hidden = trouble === null || isShutOff() || (held.current === null && outbox.all().length === 0);
  const text = `${troubleText()}. Your answers wait in this browser and are sent as soon as they can be.`;
  if (banner.textContent !== text) banner.textContent = text;
}

function waitingText() {
  const count = outbox.all().length;
  return count === 0 ? "" : `${count} waiting to be saved`;
}

function showStanding() {
  const text = waitingText();
  element("waiting").hidden = text === "";
  element("waiting").textContent = text;
  element("undo").disabled = !canUndo() && stage !== "sure";
}

/** @param {{wanted: number, filled: number, mine: number}} progress */
function showProgress({ wanted, filled, mine }) {
  element("mine").textContent = `${mine} by you`;
  element("filled").max = Math.max(1, wanted);
  element("filled").value = filled;
  element("filled-text").textContent = `${filled} of ${wanted}`;
  element("told").hidden = campaign.tell_after === null || mine < campaign.tell_after;
}

function showTags() {
  for (const button of element("tags").children) {
    button.setAttribute("aria-pressed", String(draft.tags.includes(button.value)));
  }
}

function showPlaying() {
  element("play").firstChild.textContent = isPlaying ? "Pause " : "Play ";
  element("speed").value = `${speed}×`;
}

function showTimer() {
  const seconds = Math.floor(watch.seconds());
  element("timer").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Light up what was chosen for a moment; the next pair is there already. @param {Side} side */
function flash(side) {
  const cards = SIDES.filter((one) => side === one || side === "tie");
  const lit = cards.map((one) => element(`${one}-card`));
  lit.push(document.querySelector(`[data-side="${side}"]`));
  for (const one of lit) {
    one.classList.remove("flash");
    void one.offsetWidth; // begins the animation again
    one.classList.add("flash");
  }
}

// ---- what is remembered between visits

/** @param {string} name @param {unknown} value */
function keep(name, value) {
  try {
    localStorage.setItem(`${SCOPE}:${name}`, JSON.stringify(value));
  } catch {
    // full or forbidden: only comfort is lost, answers have their own way out
  }
}

/** @param {string} name @param {any} otherwise @returns {any} */
function recalled(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(`${SCOPE}:${name}`) ?? "null") ?? otherwise;
  } catch {
    return otherwise;
  }
}

function keepDraft() {
  if (held.current === null) return;
  held.drafts.set(held.current.showing, currentDraft());
  keepDrafts();
}

function keepDrafts() {
  keep("drafts", [...held.drafts].slice(-MOST_DRAFTS));
}

/** Instructions are open until the first answer; from then on as the rater leaves them. */
function foldInstructions() {
  if (recalled("instructions", null) !== null) return;
  element("instructions").open = false;
  keep("instructions", false);
}

// ---- keys, clicks, and what happens to the window

/** @type {Record<string, () => void>} */
const KEYS = {
  ArrowLeft: () => choose("left"),
  ArrowRight: () => choose("right"),
  ArrowDown: () => choose("tie"),
  "?": () => choose("cant_tell"),
  u: undo,
  n: () => element("note").focus(),
  p: () => play(!isPlaying),
  "[": () => changeSpeed(-1),
  "-": () => changeSpeed(-1),
  "]": () => changeSpeed(1),
  "+": () => changeSpeed(1),
};

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  const target = /** @type {HTMLElement} */ (event.target);
  if (target.matches("textarea, input:not([type=checkbox])")) {
    if (event.key === "Escape") leaveNote();
    return;
  }
  if (event.repeat && ["Enter", " "].includes(event.key) && target.matches("button")) {
    event.preventDefault(); // a key that is held down is one answer
    return;
  }
  const act = actOf(event);
  if (act === undefined || !element("uses-keys").checked) return;
  if (event.key === "ArrowDown" && target.matches(".text") && scrolls(target)) return;
  event.preventDefault();
  if (!event.repeat) act();
}

/** @param {KeyboardEvent} event @returns {(() => void) | undefined} */
function actOf({ key }) {
  if (held.current === null && key !== "u" && key !== "U") return undefined;
  if (stage === "sure" && /^[1-5]$/.test(key)) return () => beSure(Number(key));
  if (stage === "sure" && key === "Escape") return undo;
  const tag = key.length === 1 ? campaign.tags[TAG_KEYS.indexOf(key)] : undefined;
  if (stage === "choice" && tag !== undefined) return () => tick(tag);
  return KEYS[key] ?? KEYS[key.toLowerCase()];
}

function leaveNote() {
  element("pair-title").focus({ preventScroll: true });
}

/** Have a button do something, once for a double click. @param {Element} button @param {() => void} act */
function onPress(button, act) {
  button.addEventListener("click", (event) => {
    // the second half of a double click would answer a pair that nobody has seen
    if (/** @type {MouseEvent} */ (event).detail < 2) act();
  });
}

function listen() {
  document.addEventListener("keydown", onKey);
  for (const button of document.querySelectorAll("[data-side]")) {
    onPress(button, () => choose(/** @type {any} */ (button).dataset.side));
  }
  for (const button of document.querySelectorAll("[data-sure]")) {
    onPress(button, () => beSure(Number(/** @type {any} */ (button).dataset.sure)));
  }
  element("undo").addEventListener("click", undo);
  element("play").addEventListener("click", () => play(!isPlaying));
  element("slower").addEventListener("click", () => changeSpeed(-1));
  element("faster").addEventListener("click", () => changeSpeed(1));
  element("notice-close").addEventListener("click", () => {
    element("notice").hidden = true;
    leaveNote();
  });
  addEventListener("online", () => connection.ring());
  addEventListener("resize", () => Object.values(boxes).forEach((box) => box.letKeysScroll()));
  addEventListener("pagehide", keepDraft);
  addEventListener("storage", onOtherWindow);
  addEventListener("beforeunload", (event) => {
    if (outbox.all().length > 0) event.preventDefault();
  });
  document.addEventListener("visibilitychange", onVisibility);
}

function onVisibility() {
  watch.see(!document.hidden);
  currentClips()?.play(isPlaying && !document.hidden);
  if (document.hidden) keepDraft();
  work.ring();
  if (!document.hidden) connection.ring();
}

/** What another window answers is not asked here. @param {StorageEvent} event */
function onOtherWindow({ key, newValue }) {
  if (!key?.startsWith(outbox.prefix)) return;
  showStanding();
  if (newValue === null) return;
  const { kind, showing } = JSON.parse(newValue);
  if (kind === "withdraw") {
    held.answered.delete(showing);
    return;
  }
  held.answered.add(showing);
  held.next = held.next.filter((pair) => pair.showing !== showing);
  if (held.current?.showing === showing) advance();
}

/** Make the page as this campaign wants it. */
function setUp() {
  const instructions = element("instructions");
  instructions.hidden = campaign.instructions === "";
  instructions.open = recalled("instructions", true);
  instructions.firstElementChild.addEventListener("click", () => keep("instructions", !instructions.open));
  boxes["instructions-text"].show(campaign.instructions);
  element("reasons").hidden = campaign.tags.length === 0;
  campaign.tags.forEach((tag, i) => element("tags").append(tagButton(tag, TAG_KEYS[i])));
  element("note-field").hidden = !campaign.asks_note;
  element("keys-note").hidden = !campaign.asks_note;
  element("keys-tags").hidden = campaign.tags.length === 0;
  element("keys-sure").hidden = !campaign.asks_confidence;
  element("uses-keys").checked = recalled("uses-keys", true);
  element("uses-keys").addEventListener("change", (event) => keep("uses-keys", event.target.checked));
}

/** @param {string} tag @param {string | undefined} key */
function tagButton(tag, key) {
  const button = make("button", "");
  button.type = "button";
  button.value = tag;
  button.append(...visible(tag));
  button.dir = "auto";
  if (key !== undefined) {
    button.append(" ", make("kbd", key));
    button.setAttribute("aria-keyshortcuts", key);
  }
  button.addEventListener("click", () => tick(tag));
  return button;
}

/** Find what waits from before: sent first, and not asked again. */
async function recallWaiting() {
  // some browsers open no database in private windows, and say so by never answering
  await Promise.race([outbox.recover(), new Bell().wait(RECOVER_SECONDS)]);
  for (const { message } of outbox.all()) {
    if (message.kind === "vote") held.answered.add(message.showing);
    else held.answered.delete(message.showing);
  }
}

setUp();
listen();
render();
setInterval(showTimer, 500);
recallWaiting().then(keepUp);
