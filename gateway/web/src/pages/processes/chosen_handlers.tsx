import type { Schemas } from "../../api/client";
import { UserSelect } from "../../pick/selects";
import { useWords } from "../../words";
import "./start.css";

type Node = Schemas["DefinitionNode"];
export type Handlers = Record<string, string[]>;

/** What a refusal is about that names the people of a node: `handlers.expert.0`. */
export function nodeOfRefusal<Named extends { code: string }>(nodes: Named[], place: string): Named | undefined {
  const [area, code] = place.split(".");
  return area === "handlers" ? nodes.find((node) => node.code === code) : undefined;
}

interface ChosenHandlersProps {
  nodes: Node[];
  handlers: Handlers;
  onChange: (handlers: Handlers) => void;
}

/** For nodes whose people the initiator names: one or more for each, among those who hold one of its roles. */
export function ChosenHandlers({ nodes, handlers, onChange }: ChosenHandlersProps) {
  const { t, named } = useWords();
  const chosen = nodes.filter(({ actors }) => actors.kind === "chosen");
  return chosen.map((node) => {
    const people = handlers[node.code] ?? [];
    const set = (next: string[]) => onChange({ ...handlers, [node.code]: next });
    return (
      <fieldset key={node.code} className="start-handlers">
        <legend>{t("processes.start.handlers", { node: named(node) })}</legend>
        {people.map((person, index) => (
          <UserSelect
            key={person}
            holding={node.actors.roles}
            value={person}
            label={t("processes.start.handler", { node: named(node), number: index + 1 })}
            onChange={(id) => set(id === undefined ? people.toSpliced(index, 1) : people.with(index, id))}
          />
        ))}
        <UserSelect
          holding={node.actors.roles}
          value={null}
          label={t("processes.start.handler", { node: named(node), number: people.length + 1 })}
          placeholder={t("processes.start.add_handler")}
          onChange={(id) => id !== undefined && !people.includes(id) && set([...people, id])}
        />
      </fieldset>
    );
  });
}
