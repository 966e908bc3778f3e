/** Copies that outlive a browser that is killed. */

/** A second copy of what waits: `localStorage` answers at once but reaches the disk some seconds
 * later, which a browser that is killed does not have. What comes back from here although the
 * server has it is sent once more, and changes nothing. */
export class Copies {
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
