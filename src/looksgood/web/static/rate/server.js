/** One request to the server. */

import { campaign } from "./campaign.js";

const REQUEST_SECONDS = 20; // after which a request counts as lost

/** The server refused, or was not reached. */
export class Trouble extends Error {
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
export async function post(door, body, proof) {
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

/** Tell whether sending the same again cannot help. @param {unknown} error */
export function isFinal(error) {
  return error instanceof Trouble && [400, 404, 409, 413, 422].includes(error.status);
}
