// The description of a model: its inputs and outputs, size, layers, and what each technique can do
// with it. The gateway has it from the command line; the first time it takes some seconds.

import { element } from "./plan-form.js";

let latest = "";

/**
 * Shows the description of an uploaded model, or why there is none.
 *
 * @param place where it is shown
 * @param digest of the model; empty for none
 * @param open whether all of it is shown, not only the first line
 */
export async function describeModel(place, digest, open) {
  latest = digest;
  place.hidden = !digest;
  if (!digest) {
    return;
  }
  place.replaceChildren(element("p", { class: "muted" }, "Reading the model ..."));
  const response = await fetch(`/api/artifacts/${digest}/description`, {
    headers: { Accept: "application/json" },
  }).catch(() => null);
  const answer = await response?.json().catch(() => null);
  if (digest !== latest) {
    return;
  }
  place.replaceChildren(response?.ok ? sheet(answer, open) : failure(answer));
}

function failure(answer) {
  return element("p", { class: "notice" }, answer?.message
    ? `There is no description of the model. ${answer.message} ${answer.action ?? ""}`
    : "There is no description of the model: the gateway does not answer.");
}

function sheet({ model, batch, advice, onnxObstacles, tfliteObstacles, sizeBytes }, open) {
  const { signature, ops, footprint } = model;
  const macs = hasAnySize(signature) ? "by the size of the image, which can be any" : `${count(footprint.macs)} an image`;
  const facts = [
    ["Signature", signature.key],
    ...signature.inputs.map((port) => ["Input", portText(port)]),
    ...signature.outputs.map((port) => ["Output", portText(port)]),
    ...(batch ? [["Batch", batch]] : []),
    ["Format", footprint.format],
    ["Size", bytes(sizeBytes)],
    ["Parameters", `${count(footprint.parameters)} (${count(footprint.nonZeroParameters)} not zero)`],
    ["MACs", macs],
    ["Operations", Object.entries(ops).map(([name, number]) => `${number} x ${name}`).join(", ")],
    ["ONNX", exportText(onnxObstacles)],
    ["TFLite", exportText(tfliteObstacles)],
  ];
  return element("details", { open },
    element("summary", {}, `The model: ${count(footprint.parameters)} parameters, MACs ${macs}; what each technique can do`),
    element("dl", { class: "facts" },
      ...facts.flatMap(([name, text]) => [element("dt", {}, name), element("dd", {}, text)])),
    element("details", {}, element("summary", {}, `${footprint.layers.length} layers`), layers(footprint.layers)),
    ...Object.entries(advice).flatMap(([technique, { sentences }]) => [
      element("h3", {}, `What ${technique} can do`),
      element("ul", {}, ...sentences.map((sentence) => element("li", {}, sentence))),
    ]));
}

function layers(all) {
  const head = ["layer", "operation", "shape", "parameters", "MACs"]
    .map((name, i) => element("th", { scope: "col", class: i < 3 ? "text" : "" }, name));
  const rows = all.map((layer) => element("tr", {},
    element("td", { class: "text" }, layer.name),
    element("td", { class: "text" }, layer.op),
    element("td", { class: "text" }, shape(layer.outputShape)),
    element("td", {}, count(layer.parameters)),
    element("td", {}, count(layer.macs))));
  return element("div", { class: "scroll", role: "region", "aria-label": "Layers of the model", tabindex: "0" },
    element("table", {}, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows)));
}

function hasAnySize({ inputs }) {
  return inputs.some((port) => !port.shape || port.shape.slice(1).some((size) => size < 0));
}

function portText(port) {
  const type = port.dtype.replace(/^DT_/, "").toLowerCase();
  return `${port.name}  ${type} ${port.shape ? shape(port.shape) : "of any shape"}`;
}

function shape(sizes) {
  return `[${sizes.map((size) => (size < 0 ? "?" : size)).join(", ")}]`;
}

function exportText(obstacles) {
  return obstacles.length === 0 ? "can be exported"
    : `cannot be exported: ${obstacles.map(({ node, op, reason }) => `${node} (${op}) ${reason}`).join("; ")}`;
}

function count(number) {
  return number.toLocaleString("en");
}

function bytes(number) {
  const unit = ["bytes", "kB", "MB", "GB"];
  const power = Math.min(3, Math.max(0, Math.floor(Math.log10(Math.max(1, number)) / 3)));
  return `${(number / 1000 ** power).toLocaleString("en", { maximumFractionDigits: power ? 1 : 0 })} ${unit[power]}`;
}
