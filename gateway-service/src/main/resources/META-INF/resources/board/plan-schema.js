// Answers questions about the JSON Schema of a plan: what an option is, and what it begins with.

/** A schema with the definition that it refers to; what it says itself goes before. */
export function resolve(root, schema) {
  if (!schema.$ref) {
    return schema;
  }
  const { $ref, ...own } = schema;
  return { ...root.definitions[$ref.split("/").pop()], ...own };
}

/** How a form shows an option: group, forms, entries, elements, steps, values or value. */
export function kindOf(root, schema) {
  if (schema.anyOf) {
    const alternatives = schema.anyOf.map((alternative) => resolve(root, alternative));
    return alternatives.some((alternative) => alternative.properties) ? "forms" : "values";
  }
  if (schema.type === "array") {
    const items = resolve(root, schema.items);
    return items.maxProperties === 1 ? "steps" : items.properties ? "elements" : "values";
  }
  if (schema.type === "object") {
    return schema.properties ? "group" : "entries";
  }
  return "value";
}

/** The schema of one value: of an element where there may be several. */
export function single(schema) {
  return schema.anyOf ? schema.anyOf[0] : schema.type === "array" ? schema.items : schema;
}

/** The alternatives of an option that takes several forms, each with a title. */
export function forms(root, schema) {
  return schema.anyOf.map((alternative) => {
    const resolved = resolve(root, alternative);
    const title = resolved.properties ? resolved.required.join(", ") : "[height, width]";
    return { schema: resolved, title };
  });
}

/** The index of the form that a value has; -1 for none. */
export function formOf(alternatives, value) {
  return alternatives.findIndex(({ schema }) =>
    schema.properties
      ? isObject(value) && schema.required.some((name) => name in value)
      : Array.isArray(value));
}

/** What an option is when it is added: its default, else the least that shows what is missing. */
export function beginning(root, schema) {
  switch (kindOf(root, schema)) {
    case "group":
      return Object.fromEntries((schema.required ?? []).map((name) =>
        [name, beginning(root, resolve(root, schema.properties[name]))]));
    case "forms":
      return beginning(root, forms(root, schema)[0].schema);
    case "entries":
      return {};
    case "elements":
    case "steps":
      return [];
    case "values":
      return schema.default ?? [];
    default:
      return schema.default ?? schema.enum?.[0] ?? (schema.type === "boolean" ? true : null);
  }
}

/** A default in words; empty for none. */
export function words(value) {
  if (Array.isArray(value)) {
    return value.map(words).join(", ");
  }
  return isObject(value)
    ? Object.entries(value).map(([name, part]) => `${name} ${words(part)}`).join(", ")
    : String(value ?? "");
}

/** What a text of a field says: a number where one is written, else the text; null for nothing. */
export function parse(text, schema) {
  const isNumber = schema.type === "number" || schema.type === "integer";
  const written = text.trim();
  if (written === "") {
    return null;
  }
  if (isNumber && Number.isFinite(Number(written))) {
    return Number(written);
  }
  return schema.type === "boolean" && ["true", "false"].includes(written)
    ? written === "true"
    : written;
}

export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
