// A form for a plan, made from its schema. It shows the options that the plan has, with what they
// mean, and offers the others. It changes the plan's document in place and says so.

import { beginning, formOf, forms, isObject, kindOf, parse, resolve, single, words }
  from "./plan-schema.js";

/** Makes an element; the children may be texts. */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) {
      made.addEventListener(name.slice(2), value);
    } else if (value !== undefined && value !== false) {
      made.setAttribute(name, value === true ? "" : value);
    }
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** The id of an element that belongs to an option; names of layers in its path may hold spaces. */
export function idOf(what, path) {
  return `${what}-${path}`.replace(/\s/g, "_");
}

export class PlanForm {
  /**
   * @param container the element to fill
   * @param schema of a plan
   * @param changed called after each change of the document
   */
  constructor(container, schema, changed) {
    this.container = container;
    this.root = schema;
    this.changed = changed;
    this.opened = new Set();
    this.plan = {};
    container.tabIndex = -1;
  }

  /** Shows a plan's document; the focus stays in the field that has it. */
  show(plan) {
    this.plan = plan;
    const active = document.activeElement;
    const focus = this.container.contains(active) ? active.id : "";
    const schema = resolve(this.root, { $ref: this.root.$ref });
    this.container.replaceChildren(...this.options(schema, plan, ""));
    if (focus) {
      document.getElementById(focus)?.focus({ preventScroll: true });
    }
  }

  /** Applies a change that the form must be made anew for; the focus goes to a field. */
  restructure(change, path) {
    change();
    this.show(this.plan);
    this.changed();
    if (path !== undefined) {
      const field = this.container.querySelector(`[data-path="${CSS.escape(path)}"]`);
      (field?.querySelector("input, select, summary, button") ?? this.container).focus();
    }
  }

  /** The options of an object: those that it has, then those that it could have. */
  options(schema, object, path) {
    const at = (name) => (path ? `${path}.${name}` : name);
    const names = Object.keys(schema.properties);
    const has = names.filter((name) => name in object || schema.required?.includes(name));
    const unknown = Object.keys(object).filter((name) => !names.includes(name));
    const shown = has.map((name) => this.option(
      resolve(this.root, schema.properties[name]), object, name, at(name),
      !schema.required?.includes(name)));
    return [
      ...shown,
      ...unknown.map((name) => this.unknown(object, name, at(name))),
      this.others(schema, object, names.filter((name) => !has.includes(name)), path),
    ];
  }

  option(schema, object, name, path, removable) {
    const kind = kindOf(this.root, schema);
    const value = object[name];
    if (kind === "value" || kind === "values") {
      return this.field(schema, kind, object, name, path, removable);
    }
    const remove = removable && kind !== "steps" ? this.remover(object, name, path) : null;
    const parts = {
      group: () => this.options(schema, this.object(object, name), path),
      forms: () => this.forms(schema, object, name, path),
      entries: () => this.entries(schema, this.object(object, name), path),
      elements: () => this.elements(schema, this.list(object, name), path),
      steps: () => this.steps(schema, this.list(object, name), path),
    };
    return element("fieldset", { "data-path": path },
      element("legend", {}, name),
      ...this.hint(schema, path),
      ...(value === undefined || fits(kind, value)
        ? parts[kind]()
        : [element("p", {}, JSON.stringify(value))]),
      remove && element("p", { class: "tools" }, remove));
  }

  /** The object in a field; one that is missing becomes part of the document with its first field. */
  object(parent, name) {
    return isObject(parent[name]) ? parent[name] : lazily({}, (made) => { parent[name] = made; });
  }

  list(parent, name) {
    return Array.isArray(parent[name]) ? parent[name] : lazily([], (made) => { parent[name] = made; });
  }

  hint(schema, path) {
    return schema.description
      ? [element("p", { class: "hint", id: idOf("hint", path) }, schema.description)]
      : [];
  }

  /** A field with one value, or several with commas between them. */
  field(schema, kind, object, name, path, removable) {
    const id = idOf("field", path);
    const one = resolve(this.root, single(schema));
    const set = (text) => {
      const parts = text.split(",").map((part) => part.trim()).filter((part) => part !== "");
      object[name] = kind === "values" ? parts.map((part) => parse(part, one)) : parse(text, one);
      this.changed();
    };
    const described = { id, "aria-describedby": schema.description ? idOf("hint", path) : undefined };
    const value = object[name];
    const choices = kind === "value" && (one.enum ?? (one.type === "boolean" ? [true, false] : null));
    const control = choices && (value === undefined || choices.includes(value))
      ? element("select", { ...described, onchange: (event) => set(event.target.value) },
        ...choices.map((choice) => element("option",
          { value: String(choice), selected: choice === value }, String(choice))))
      : element("input", {
        ...described,
        type: "text",
        value: Array.isArray(value) ? value.join(", ") : words(value),
        autocomplete: "off",
        spellcheck: "false",
        list: path.startsWith("data.") ? "data-names" : undefined,
        inputmode: ["number", "integer"].includes(one.type) && kind === "value" ? "decimal" : undefined,
        oninput: (event) => set(event.target.value),
      });
    return element("div", { class: "field", "data-path": path },
      element("div", {}, element("label", { for: id }, name), control),
      removable ? this.remover(object, name, path) : element("span"),
      ...this.hint(schema, path));
  }

  /** An option that the schema does not have. */
  unknown(object, name, path) {
    return element("div", { class: "field", "data-path": path },
      element("p", {}, `${name}: ${JSON.stringify(object[name])}`),
      this.remover(object, name, path));
  }

  remover(object, name, path) {
    const parent = path.replace(/\.[^.]*$|\[\d+\]$/, "");
    return this.button(`Remove ${name}`, `Remove ${path}`, () => { delete object[name]; }, parent);
  }

  button(text, label, change, focus) {
    return element("button", {
      type: "button",
      class: "small",
      "aria-label": label,
      onclick: () => this.restructure(change, focus),
    }, text);
  }

  /** The options that an object does not have, each with a button that adds it. */
  others(schema, object, names, path) {
    if (names.length === 0) {
      return null;
    }
    const items = names.map((name) => {
      const option = resolve(this.root, schema.properties[name]);
      const fallback = words(option.default);
      const add = this.button(name, `Set ${path ? `${path}.` : ""}${name}`,
        () => { object[name] = beginning(this.root, option); }, path ? `${path}.${name}` : name);
      return element("li", {}, add,
        element("span", { class: "hint" },
          `${fallback ? ` ${fallback} by default. ` : " "}${option.description ?? ""}`));
    });
    return element("details", {
      open: this.opened.has(path),
      ontoggle: (event) => this.opened[event.target.open ? "add" : "delete"](path),
    },
    element("summary", {}, `${names.length} more ${path ? `options of ${path.split(".").pop()}` : "parts of a plan"}`),
    element("ul", { class: "options" }, ...items));
  }

  /** A value that has one of several forms. */
  forms(schema, object, name, path) {
    const alternatives = forms(this.root, schema);
    const chosen = formOf(alternatives, object[name]);
    const id = idOf("form", path);
    const choice = element("select", {
      id,
      onchange: (event) => this.restructure(() => {
        object[name] = beginning(this.root, alternatives[event.target.value].schema);
      }),
    },
    chosen < 0 ? element("option", { value: "" }, "choose") : null,
    ...alternatives.map(({ title }, index) =>
      element("option", { value: index, selected: index === chosen }, title)));
    const form = alternatives[chosen]?.schema;
    return [
      element("p", {}, element("label", { for: id }, `Form of ${name}`), choice),
      ...(form?.properties ? this.options(form, object[name], path) : []),
      ...(form?.type === "array" ? [this.field(form, "values", object, name, path, false)] : []),
    ];
  }

  /** Values by a name that is free to choose. */
  entries(schema, object, path) {
    const item = resolve(this.root, schema.additionalProperties);
    const id = idOf("new", path);
    const add = () => {
      const name = document.getElementById(id).value.trim();
      if (name && !(name in object)) {
        object[name] = beginning(this.root, item);
      }
    };
    return [
      ...Object.keys(object).map((name) => this.option(item, object, name, `${path}.${name}`, true)),
      element("div", { class: "field" },
        element("div", {}, element("label", { for: id }, `New entry of ${path}`),
          element("input", { id, type: "text", autocomplete: "off" })),
        this.button("Add", `Add an entry to ${path}`, add, path)),
    ];
  }

  /** Objects in a list. */
  elements(schema, list, path) {
    const item = resolve(this.root, schema.items);
    return [
      ...list.map((value, index) => element("fieldset", { "data-path": `${path}[${index}]` },
        element("legend", {}, `${path}[${index}]`),
        ...(isObject(value)
          ? this.options(item, value, `${path}[${index}]`)
          : [element("p", {}, JSON.stringify(value))]),
        element("p", { class: "tools" }, this.button("Remove", `Remove ${path}[${index}]`,
          () => list.splice(index, 1), path)))),
      element("p", { class: "tools" }, this.button("Add", `Add an element to ${path}`,
        () => list.push(beginning(this.root, item)), `${path}[${list.length}]`)),
    ];
  }

  steps(schema, list, path) {
    const stages = resolve(this.root, schema.items).properties;
    const isBench = (step) => isObject(step) && "bench" in step;
    const end = list.length > 0 && isBench(list[list.length - 1]) ? list.length - 1 : list.length;
    const add = (stage) => this.button(`Add ${stage}`, `Add a step: ${stage}`,
      () => list.splice(stage === "bench" ? list.length : end, 0, { [stage]: {} }),
      `${path}[${stage === "bench" ? list.length : end}]`);
    return [
      ...list.map((step, index) => this.step(stages, list, step, index, `${path}[${index}]`)),
      element("p", { class: "tools" }, ...Object.keys(stages)
        .filter((stage) => stage !== "bench" || !list.some(isBench)).map(add)),
    ];
  }

  step(stages, list, step, index, path) {
    const stage = isObject(step) && Object.keys(step).length === 1 ? Object.keys(step)[0] : null;
    const move = (text, to) => this.button(text, `${text} step ${index + 1}`,
      () => list.splice(to, 0, ...list.splice(index, 1)), `steps[${to}]`);
    return element("fieldset", { "data-path": path },
      element("legend", {}, `${index + 1}. ${stage ?? "no step"}`),
      ...(stages[stage]
        ? this.options(resolve(this.root, stages[stage]), this.object(step, stage), `${path}.${stage}`)
        : [element("p", {}, JSON.stringify(step))]),
      element("p", { class: "tools" },
        index > 0 ? move("Move up", index - 1) : null,
        index + 1 < list.length ? move("Move down", index + 1) : null,
        this.button("Remove", `Remove step ${index + 1}`, () => list.splice(index, 1), "steps")));
  }
}

function fits(kind, value) {
  return kind === "forms" || (["elements", "steps"].includes(kind) ? Array.isArray(value) : isObject(value));
}

/** An object or list that is attached when something is written into it. */
function lazily(target, attach) {
  return new Proxy(target, {
    set(object, name, value) {
      object[name] = value;
      attach(object);
      return true;
    },
  });
}
