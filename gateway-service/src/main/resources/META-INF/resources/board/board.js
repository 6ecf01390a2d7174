// Keeps a page as the gateway would render it now. What changes is fetched as HTML, so that the text
// of the pages is made in one place; only the progress of a step is set from its event at once. A page
// that shows more of a step's progress is fetched again while there is any.

const RETRY_MILLIS = 2000;
const REFRESH_MILLIS = 300;
const PROGRESS_MILLIS = 2000;

let refreshing = false;
let again = false;
let timer = 0;
let progressTimer = 0;
let watched = null;
let source = null;

function watch(address) {
  const events = new EventSource(address);
  events.addEventListener("open", () => {
    showConnection(true);
    refresh();
  });
  events.addEventListener("progress", (event) => showProgress(JSON.parse(event.data)));
  events.addEventListener("state", () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, REFRESH_MILLIS);
  });
  events.addEventListener("error", () => {
    showConnection(false);
    // A browser tries again by itself where there is no answer, but not after an error status.
    if (events.readyState === EventSource.CLOSED) {
      setTimeout(() => {
        if (watched === address) {
          source = watch(address);
        }
      }, RETRY_MILLIS);
    }
  });
  return events;
}

function showConnection(connected) {
  document.getElementById("connection").hidden = connected;
}

function showProgress(progress) {
  const of = (name) =>
    document.querySelectorAll(
      `[${name}="${CSS.escape(progress.runId)}"][data-step="${progress.step}"]`);
  of("data-progress").forEach((bar) => { bar.value = progress.fraction; });
  of("data-message").forEach((text) => { text.textContent = progress.message; });
  if (!progressTimer && document.querySelector("[data-refresh]")) {
    progressTimer = setTimeout(() => {
      progressTimer = 0;
      refresh();
    }, PROGRESS_MILLIS);
  }
}

/** Fetches this page and takes over its live parts; one request at a time. */
async function refresh() {
  if (refreshing) {
    again = true;
    return;
  }
  refreshing = true;
  try {
    const response = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (response.redirected) {
      location.reload();
    } else if (response.ok) {
      showConnection(true);
      takeOver(new DOMParser().parseFromString(await response.text(), "text/html"));
    } else {
      setTimeout(refresh, RETRY_MILLIS);
    }
  } catch {
    setTimeout(refresh, RETRY_MILLIS);
  } finally {
    refreshing = false;
    if (again) {
      again = false;
      refresh();
    }
  }
}

/** Replaces the live parts, but keeps the focus and what is ticked or opened. */
function takeOver(fresh) {
  for (const old of document.querySelectorAll("[data-live]")) {
    const part = fresh.getElementById(old.id);
    if (!part || part.isEqualNode(old)) {
      continue;
    }
    for (const box of old.querySelectorAll("input[type=checkbox]:checked")) {
      const same = part.querySelector(`input[value="${CSS.escape(box.value)}"]`);
      if (same) {
        same.checked = true;
      }
    }
    const focus = old.contains(document.activeElement) ? selectorOf(document.activeElement) : null;
    old.replaceWith(document.adoptNode(part));
    if (focus) {
      part.querySelector(focus)?.focus({ preventScroll: true });
    }
  }
  follow();
}

function selectorOf(element) {
  if (element.id) {
    return `#${CSS.escape(element.id)}`;
  }
  const name = ["href", "value", "aria-label"].find((known) => element.hasAttribute(known));
  const tag = element.tagName.toLowerCase();
  return name ? `${tag}[${name}="${CSS.escape(element.getAttribute(name))}"]` : tag;
}

/** Watches what the page names, as long as it names it. */
function follow() {
  const address = document.querySelector("[data-events]")?.dataset.events ?? null;
  if (address !== watched) {
    source?.close();
    watched = address;
    source = address ? watch(address) : null;
  }
}

/** A page of a gateway that is starting comes again until it is there. */
function retry() {
  setTimeout(async () => {
    const response = await fetch(location.href, { headers: { Accept: "text/html" } })
      .catch(() => null);
    if (response && response.status !== 503) {
      location.reload();
    } else {
      retry();
    }
  }, RETRY_MILLIS);
}

/** A cookie that a link from another site did not bring along is there now. */
async function enter(address) {
  const response = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
  if (response?.ok && !response.redirected) {
    location.replace(address);
  }
}

follow();
const login = document.querySelector("[data-signed-in]");
if (login) {
  enter(login.dataset.signedIn);
}
if (document.querySelector("[data-retry]")) {
  retry();
}
