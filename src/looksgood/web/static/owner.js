// An owner's page keeps its figures fresh: every few seconds it fetches itself, and takes over the
// parts that only show. Forms stay as they are, with what has been typed into them.

const EVERY_MS = 10_000;

async function refresh() {
  if (document.hidden) return;
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  if (answer.status === 403) location.reload(); // not let in any more
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const old of document.querySelectorAll("[data-live]")) {
    const now = fresh.getElementById(old.id);
    const isUsed = old.contains(document.activeElement) || holdsSelection(old);
    if (now && !isUsed && now.innerHTML !== old.innerHTML) old.replaceChildren(...now.childNodes);
  }
}

function holdsSelection(part) {
  const chosen = getSelection();
  return chosen !== null && !chosen.isCollapsed && part.contains(chosen.anchorNode);
}

function again() {
  setTimeout(() => refresh().catch(() => {}).finally(again), EVERY_MS); // out of reach: try again
}

again();
