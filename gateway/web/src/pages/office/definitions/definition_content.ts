/** A definition as it is edited: the part of it that versions keep. */
import type { Schemas } from "../../../api/client";

export type Condition = Schemas["Condition"];
export type DefinitionNode = Schemas["DefinitionNode"];
export type FormField = Schemas["FormField"];
export type DefinitionContent = Pick<
  Schemas["ShownDefinition"],
  | "code"
  | "name_zh"
  | "name_en"
  | "owner_service"
  | "owner_by"
  | "subject_type"
  | "starters"
  | "fields"
  | "facts"
  | "nodes"
>;

export const OPERATORS = ["equals", "not_equals", "greater", "at_least", "less", "at_most", "in"] as const;
const ORDERED = new Set(["integer", "decimal", "money", "date"]);
const COMPARABLE = new Set([...ORDERED, "boolean", "choice", "text"]);
export const START = "start";

/** What conditions may ask for: a field of the form, or a fact of the owning service. */
export interface Operand {
  source: "field" | "fact";
  code: string;
  name_zh: string;
  name_en: string;
  type: string;
  choices: Schemas["Named"][];
}

export function operandsOf({ fields, facts }: DefinitionContent): Operand[] {
  return [
    ...facts.map((fact) => ({ ...fact, source: "fact" as const, choices: [] })),
    ...fields
      .filter(({ type }) => COMPARABLE.has(type))
      .map(({ code, name_zh, name_en, type, choices }) => ({
        source: "field" as const,
        code,
        name_zh,
        name_en,
        type,
        choices,
      })),
  ];
}

export function operandOf(condition: Condition, operands: Operand[]): Operand | undefined {
  const source = condition.field === undefined ? "fact" : "field";
  return operands.find((operand) => operand.source === source && operand.code === condition[source]);
}

export function operatorsFor({ type }: Operand): (typeof OPERATORS)[number][] {
  return ORDERED.has(type) ? [...OPERATORS] : type === "boolean" ? ["equals"] : ["equals", "not_equals", "in"];
}

export function isFlag(value: unknown): value is boolean {
  return typeof value === "boolean";
}

const isList = (value: unknown): value is unknown[] => Array.isArray(value);
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !isList(value);

const NODE: Omit<DefinitionNode, "code" | "name_zh" | "name_en" | "actors"> = {
  agree: "any_one",
  opinion_required: false,
  pass_when: null,
  passes: [],
  time_limit_hours: null,
  remind_before_hours: null,
  bulk_approve: false,
};

/** A node to begin with: nobody acts there yet. */
export function newNode(code: string): DefinitionNode {
  return { ...NODE, code, name_zh: "", name_en: "", actors: { kind: "role", roles: [], user_ids: [] } };
}

/** A code that no node has yet. */
export function freeCode(nodes: DefinitionNode[]): string {
  const taken = new Set(nodes.map(({ code }) => code));
  let number = nodes.length;
  while (taken.has(`step_${number}`)) {
    number += 1;
  }
  return `step_${number}`;
}

/**
 * A draft as the form edits it. Whoever edits its text may leave out or misplace anything.
 *
 * @returns undefined where it is not a definition's shape: only its text can be edited then.
 */
export function editable(draft: Record<string, unknown>): DefinitionContent | undefined {
  const { nodes, fields, facts = [], starters } = draft;
  if (!isList(nodes) || !isList(fields) || !isList(facts) || !isList(starters)) {
    return undefined;
  }
  const areNodes = nodes.every(
    (node) =>
      isRecord(node) && isRecord(node.actors) && typeof node.code === "string" && typeof node.actors.kind === "string",
  );
  const areFields = fields.every((field) => isRecord(field) && typeof field.code === "string");
  if (!areNodes || !areFields) {
    return undefined;
  }
  return {
    ...draft,
    facts,
    nodes: (nodes as DefinitionNode[]).map((node) => ({
      ...NODE,
      ...node,
      passes: isList(node.passes) ? node.passes : [],
      actors: {
        ...node.actors,
        roles: isList(node.actors.roles) ? node.actors.roles : [],
        user_ids: isList(node.actors.user_ids) ? node.actors.user_ids : [],
      },
    })),
    fields: (fields as FormField[]).map((field) => ({
      ...field,
      choices: isList(field.choices) ? field.choices : [],
      columns: isList(field.columns) ? field.columns : [],
      edited_at: isList(field.edited_at) ? field.edited_at : [],
      seen_at: isList(field.seen_at) ? field.seen_at : [],
    })),
  } as DefinitionContent;
}
