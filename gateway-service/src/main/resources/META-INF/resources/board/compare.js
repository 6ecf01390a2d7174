// Fades the models of a comparison that are beyond a limit, and copies the table as CSV. Without it the
// page has its tables, its plots and the CSV as a file.

const DIGITS = 4;

const form = document.querySelector("form.limits");
const rows = [...document.querySelectorAll("tr[data-model]")];

/** A limit: the figure, the value of its slider, and whether a value keeps it. */
function limitOf(slider) {
  const low = Number(slider.dataset.low);
  const high = Number(slider.dataset.high);
  const share = slider.value / slider.max;
  const most = slider.dataset.bound === "max";
  // At its start a slider limits nothing.
  const open = share === (most ? 1 : 0);
  const value = low + share * (high - low);
  return {
    slider,
    value,
    keeps: (row) => {
      const figure = row.dataset[slider.dataset.limit];
      return open || (figure !== undefined && (most ? figure <= value : figure >= value));
    },
  };
}

function fade() {
  const limits = [...form.querySelectorAll("[data-limit]")].map(limitOf);
  for (const limit of limits) {
    const text = new Intl.NumberFormat("en", { maximumSignificantDigits: DIGITS })
      .format(limit.value);
    limit.slider.parentElement.querySelector("output").textContent = text;
    limit.slider.setAttribute("aria-valuetext", text);
  }
  const beyond = rows.filter((row) => !limits.every((limit) => limit.keeps(row)));
  const names = new Set(beyond.map((row) => row.dataset.model));
  document.querySelectorAll("[data-model]").forEach((part) =>
    part.classList.toggle("beyond", names.has(part.dataset.model)));
  form.querySelector("[role=status]").textContent =
    `${rows.length - beyond.length} of ${rows.length} models keep the limits.`;
}

async function copy(button) {
  const told = document.querySelector("[data-copied]");
  try {
    const response = await fetch(button.dataset.copy);
    await navigator.clipboard.writeText(await response.text());
    told.textContent = "Copied.";
  } catch {
    told.textContent = "This browser does not allow it: download the file.";
  }
}

if (form) {
  form.hidden = false;
  form.addEventListener("input", fade);
  form.addEventListener("submit", (event) => event.preventDefault());
  fade();
  const button = document.querySelector("[data-copy]");
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}
