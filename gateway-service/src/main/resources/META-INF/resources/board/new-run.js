// The page for a new run: keeps the form and the YAML of the plan in step, shows what is wrong at its
// field, uploads, and starts the run. The gateway reads and checks the plan, here as at its start.

import { describeModel } from "./description.js";
import { PlanForm, element, idOf } from "./plan-form.js";
import { namesIn, upload } from "./upload.js";

const CHECK_MILLIS = 250;

const page = document.getElementById("new-run");
const text = document.getElementById("plan-text");
const summary = document.getElementById("summary");
const uploads = [...page.querySelectorAll("[data-upload]")];

let form = null;
let isText = true;
let timer = 0;
let latest = 0;

/**
 * Checks the plan when nothing was changed for a moment.
 *
 * @param changedText whether its text was changed, not the form
 */
function checkSoon(changedText) {
  isText = changedText;
  latest += 1;
  clearTimeout(timer);
  timer = setTimeout(check, CHECK_MILLIS);
}

/** Sends the plan as it was changed; the answer is the other view of it, and its problems. */
async function check() {
  const number = latest;
  const plan = isText ? text.value : form.plan;
  const response = await post("/api/plan-check", { plan }).catch(() => null);
  if (number !== latest) {
    return;
  }
  const answer = await response?.json();
  if (!response?.ok) {
    say(answer ? `${answer.message} ${answer.action}` : "The gateway does not answer.");
    return;
  }
  if (isText) {
    form.container.inert = !answer.document;
    form.show(answer.document ?? form.plan);
  } else {
    text.value = answer.yaml;
  }
  showProblems(answer.problems);
}

function post(address, body) {
  return fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body),
  });
}

function say(sentence) {
  summary.textContent = sentence;
}

/** Shows each problem at its field, or at the nearest one around it. */
function showProblems(problems) {
  page.querySelectorAll("[data-problem]").forEach((shown) => shown.remove());
  form.container.querySelectorAll("[aria-invalid]").forEach((field) => {
    field.removeAttribute("aria-invalid");
    describe(field, (id) => !id.startsWith("problem-"));
  });
  const elsewhere = problems.filter((problem) => !showAtField(problem));
  showAt("plan", elsewhere.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join("; "));
  text.setAttribute("aria-invalid", String(elsewhere.length > 0));
  say(problems.length === 0
    ? "The plan is right."
    : `${problems.length} ${problems.length === 1 ? "field" : "fields"} of the plan to write or correct.`);
}

function showAtField({ path, message }) {
  const place = placeOf(path);
  if (!place) {
    return false;
  }
  const rest = path.slice(place.dataset.path.length).replace(/^\./, "");
  const id = idOf("problem", path);
  const shown = element("p", { class: "problem", id, "data-problem": path },
    rest ? `${rest}: ${message}` : message);
  const field = place.classList.contains("field") ? place.querySelector("input, select") : null;
  if (field) {
    field.setAttribute("aria-invalid", "true");
    describe(field, () => true, id);
    place.append(shown);
  } else {
    const legend = place.querySelector("legend");
    legend ? legend.after(shown) : place.append(shown);
  }
  return true;
}

/** Changes which texts describe a field to those who do not see it. */
function describe(field, keep, ...more) {
  const ids = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && keep(id));
  field.setAttribute("aria-describedby", [...ids, ...more].join(" "));
}

function placeOf(path) {
  for (let shorter = path; shorter; shorter = shorter.replace(/(\.|^)[^.[]*$|\[\d+\]$/, "")) {
    const place = form.container.querySelector(`[data-path="${CSS.escape(shorter)}"]`);
    if (place) {
      return place;
    }
  }
  return null;
}

/** Shows what is wrong with an upload, or with the text of the plan. */
function showAt(what, message) {
  const problem = document.getElementById(`${what}-problem`);
  problem.textContent = message;
  problem.hidden = !message;
}

/** Uploads what was chosen in a field, and chooses it for the run. */
async function uploadFrom(place, input) {
  const kind = place.dataset.upload;
  const files = [...input.files];
  if (files.length === 0) {
    return;
  }
  const bar = place.querySelector("progress");
  const status = place.querySelector("[role=status]");
  const name = input.webkitdirectory ? files[0].webkitRelativePath.split("/")[0] : files[0].name;
  showAt(kind, "");
  bar.hidden = false;
  try {
    refuseForeign(kind, files);
    const digest = await upload(kind, files, (step, fraction) => {
      status.textContent = `${name}: ${step}`;
      bar.value = fraction;
    });
    choose(place.querySelector("[data-known]"), digest, name);
    describeChosen(place, true);
    status.textContent = `${name} is at the gateway.`;
    suggest(kind, name, namesIn(files));
  } catch (problem) {
    status.textContent = "";
    showAt(kind, problem.message);
  } finally {
    bar.hidden = true;
    input.value = "";
  }
}

/** A run works on a SavedModel; the command line makes one of other models. */
function refuseForeign(kind, files) {
  const foreign = files.find((file) => /\.(onnx|pitlane|tflite)$/.test(file.name));
  if (kind === "model" && foreign) {
    throw new Error(`${foreign.name} is no SavedModel. The command line converts it: pitlane compress PLAN,`
      + ` with model: ${foreign.name} in the plan.`);
  }
}

function choose(select, digest, name) {
  const known = [...select.options].find((option) => option.value === digest);
  if (!known) {
    select.add(new Option(`${name}, uploaded now`, digest));
  }
  select.value = digest;
}

/** Shows what the chosen model is made of; in one line where nobody has just chosen it. */
function describeChosen(place, open) {
  if (place.dataset.upload === "model") {
    describeModel(document.getElementById("description"), place.querySelector("[data-known]").value, open);
  }
}

/** Names the model in the plan, and offers the names of data for its fields. */
function suggest(kind, name, names) {
  if (kind === "data") {
    document.getElementById("data-names").replaceChildren(
      ...names.map((known) => element("option", { value: known })));
  } else if (!form.plan.model) {
    form.plan.model = name.replace(/\.(tar\.gz|tgz|pb)$/, "");
    form.show(form.plan);
    checkSoon(false);
  }
}

/** Starts the run, or leads to what is wrong. */
async function start() {
  clearTimeout(timer);
  const missing = uploads.filter((place) => !place.querySelector("[data-known]").value);
  uploads.forEach((place) => showAt(place.dataset.upload, missing.includes(place)
    ? `Choose or upload the ${place.dataset.upload}.` : ""));
  await check();
  const wrong = page.querySelector("[data-upload] .problem:not([hidden])")?.closest("fieldset")
    ?? page.querySelector("[aria-invalid=true]") ?? page.querySelector("[data-problem]")?.parentElement;
  if (wrong) {
    say(`Not started. ${summary.textContent}`);
    (wrong.matches("input, select, textarea") ? wrong : wrong.querySelector("input, select, button"))?.focus();
    return;
  }
  say("Starting the run.");
  const [model, data] = uploads.map((place) => place.querySelector("[data-known]").value);
  const response = await post("/api/runs", { plan: text.value, model, data }).catch(() => null);
  const answer = await response?.json().catch(() => null);
  if (response?.status === 201) {
    location.assign(`/runs/${answer.runId}`);
    return;
  }
  say(answer?.message ? `Not started. ${answer.message} ${answer.action ?? ""}` : "Not started: the gateway does not answer.");
  for (const { path, message } of answer?.problems ?? []) {
    if (path === "model" || path === "data") {
      showAt(path, message);
    }
  }
}

async function open() {
  let starting = false;
  page.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form && !starting) {
      starting = true;
      await start();
      starting = false;
    }
  });
  const answer = await fetch("/api/plan-schema", { headers: { Accept: "application/schema+json" } });
  page.append(element("datalist", { id: "data-names" }));
  form = new PlanForm(document.getElementById("plan-form"), await answer.json(), () => checkSoon(false));
  form.show({});
  await check();
  text.addEventListener("input", () => checkSoon(true));
  for (const place of uploads) {
    place.querySelectorAll("input[type=file]").forEach((input) =>
      input.addEventListener("change", () => uploadFrom(place, input)));
    place.querySelector("[data-known]").addEventListener("change", () => describeChosen(place, true));
    describeChosen(place, false);
  }
}

open().catch(() => say("The form could not be made; load the page again."));
