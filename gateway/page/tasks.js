// What waits for me: each to-do opens to its form and line of nodes, with opinion, approve and reject.

import { change, get, newKey, upload } from "./api.js";
import { attempt, element, notify, show } from "./elements.js";
import { moment, named, word } from "./words.js";

export async function showTasks(refreshMenu) {
  const page = await get("/processes", { box: "todo", page_size: 100 });
  const list = element("div", {}, page.items.map((process) => task(process, refreshMenu)));
  const empty = element("p", { class: "sheet empty" }, word("noTasks"));
  show(element("h1", {}, word("tasks")), page.items.length ? list : empty);
}

function task(process, refreshMenu) {
  const inside = element("div", { class: "inside" });
  const summary = element(
    "summary",
    {},
    element("span", { class: "kind" }, named(process)),
    element("strong", {}, process.title),
    element("span", { class: "soft" }, `${word("initiator")} ${process.initiator.name}`),
    element("span", { class: "soft" }, moment(process.waiting_since)),
  );
  const details = element("details", { class: "sheet task" }, summary, inside);
  details.addEventListener("toggle", () => {
    if (details.open && !inside.children.length) {
      attempt(summary, async () => inside.replaceChildren(...opened(await get(`/processes/${process.id}`), details, refreshMenu)));
    }
  });
  return details;
}

function opened(process, details, refreshMenu) {
  const filled = process.fields.filter((field) => readable(field, process.form[field.code] ?? "") !== "");
  const line = process.nodes.map((node) =>
    element("li", { class: node.state, title: node.people.map((person) => person.name).join("、") }, named(node)),
  );
  return [
    element("ol", { class: "line" }, line),
    element("dl", { class: "facts" }, filled.flatMap((field) => [
      element("dt", {}, named(field)),
      element("dd", {}, readable(field, process.form[field.code])),
    ])),
    process.task ? decision(process, details, refreshMenu) : null,
  ].filter(Boolean);
}

function decision(process, details, refreshMenu) {
  const { id, actions, enters } = process.task;
  const opinion = element("textarea", { name: "opinion" });
  // What came back to its initiator is sent again as it is; editing it is the console's.
  const cameBack = actions.includes("resubmit");
  const entered = cameBack ? [] : enters.map((field) => [field, input(field, process.form[field.code])]);
  const approve = element("button", { type: "submit" }, word(cameBack ? "resubmit" : "approve"));
  const reject = element("button", { type: "button", class: "reject" }, word("reject"));
  const key = newKey();

  function decided(text) {
    notify(`${text}${process.title}`);
    details.remove();
    refreshMenu();
  }

  const form = element(
    "form",
    { class: "stack" },
    entered.map(([field, control]) => element("label", {}, named(field) + (isList(field) ? word("oneALine") : ""), control)),
    element("label", {}, word("opinion"), opinion),
    element("div", { class: "buttons" }, approve, actions.includes("reject") ? reject : null),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(approve, async () => {
      if (cameBack) {
        await change("POST", `/processes/${process.id}/resubmit`, { opinion: opinion.value }, { key: `${key}-resubmit` });
        decided(word("resubmitted"));
        return;
      }
      const values = {};
      for (const [field, control] of entered) {
        values[field.code] = await valueOf(field, control);
      }
      await change("POST", `/tasks/${id}/approve`, { opinion: opinion.value, form: values }, { key: `${key}-approve` });
      decided(word("approved"));
    });
  });
  reject.addEventListener("click", () =>
    attempt(reject, async () => {
      await change("POST", `/tasks/${id}/reject`, { opinion: opinion.value }, { key: `${key}-reject` });
      decided(word("rejected"));
    }),
  );
  return form;
}

const isList = (field) => field.type === "list";

function input(field, value) {
  const required = Boolean(field.required);
  switch (field.type) {
    case "choice":
      return element("select", { required }, (field.choices ?? []).map((choice) =>
        element("option", { value: choice.code, selected: choice.code === value }, named(choice)),
      ));
    case "boolean":
      return element("input", { type: "checkbox", checked: value === true });
    case "attachments":
      return element("input", { type: "file", multiple: true, required });
    case "list":
    case "long_text":
      return element("textarea", { required }, Array.isArray(value) ? value.join("\n") : (value ?? ""));
    default: {
      const type = { integer: "number", date: "date" }[field.type] ?? "text";
      return element("input", { type, required, value: value ?? "" });
    }
  }
}

async function valueOf(field, control) {
  switch (field.type) {
    case "boolean":
      return control.checked;
    case "attachments":
      return Promise.all([...control.files].map(async (file) => {
        const { id, name } = await upload(file);
        return { id, name };
      }));
    case "list":
      return control.value.split("\n").map((line) => line.trim()).filter(Boolean);
    case "integer":
      return control.value === "" ? null : Number(control.value);
    default:
      return control.value === "" ? null : control.value;
  }
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A field's value for people: choices and columns by their names, ids left out. */
function readable(field, value) {
  if (typeof value === "boolean") {
    return word(value ? "yes" : "no");
  }
  if (Array.isArray(value)) {
    return value.map((each) => readable(field, each)).filter(Boolean).join("\n");
  }
  if (value !== null && typeof value === "object") {
    const columns = new Map((field.columns ?? []).map((column) => [column.code, column]));
    return Object.entries(value)
      .map(([code, inner]) => readable(columns.get(code) ?? {}, inner ?? ""))
      .filter(Boolean)
      .join(" · ");
  }
  if (ID.test(value)) {
    return ""; // what it names stands in the title
  }
  const choice = (field.choices ?? []).find((each) => each.code === value);
  return choice ? named(choice) : String(value);
}
