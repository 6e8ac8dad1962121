import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { App, Button, Tooltip } from "antd";
import { useState } from "react";
import type { Schemas } from "../../../api/client";
import { labelled, useWords } from "../../../words";
import { type DefinitionContent, type DefinitionNode, freeCode, newNode } from "./definition_content";
import { NodeFacts } from "./node_facts";
import { NodeFields } from "./node_fields";
import { useNodePartName } from "./node_part_name";

interface NodesEditorProps {
  definition: DefinitionContent;
  faults: Schemas["Fault"][];
  onChange: (nodes: DefinitionNode[]) => void;
}

/** The nodes in order: each in words, and as a form when it is opened. The first is the initiator's, and stays. */
export function NodesEditor({ definition, faults, onChange }: NodesEditorProps) {
  const { t } = useWords();
  const partName = useNodePartName();
  const { nodes } = definition;
  const [opened, setOpened] = useState<number>();

  function move(from: number, to: number) {
    const moved = nodes.toSpliced(from, 1);
    const node = nodes[from];
    if (node !== undefined) {
      onChange(moved.toSpliced(to, 0, node));
      setOpened(opened === from ? to : undefined);
    }
  }
  function addAfter(index: number) {
    onChange(nodes.toSpliced(index + 1, 0, newNode(freeCode(nodes))));
    setOpened(index + 1);
  }

  return (
    <ol className="node-list">
      {nodes.map((node, index) => (
        // By place: two nodes may have one code while it is edited.
        // biome-ignore lint/suspicious/noArrayIndexKey: a node is known by where it stands
        <li key={index} className="node-card">
          <div className="node-head">
            <NodeTitle node={node} index={index} />
            {index > 0 && (
              <NodeButtons
                onOpen={() => setOpened(opened === index ? undefined : index)}
                isOpen={opened === index}
                onUp={index > 1 ? () => move(index, index - 1) : undefined}
                onDown={index < nodes.length - 1 ? () => move(index, index + 1) : undefined}
                onRemove={
                  nodes.length > 2
                    ? () => {
                        onChange(nodes.toSpliced(index, 1));
                        setOpened(undefined);
                      }
                    : undefined
                }
              />
            )}
          </div>
          {opened === index ? (
            <NodeFields
              node={node}
              definition={definition}
              onChange={(changed) => onChange(nodes.with(index, changed))}
            />
          ) : (
            <NodeFacts node={node} definition={definition} />
          )}
          {faults
            .filter(({ place }) => place === `nodes.${index}` || place.startsWith(`nodes.${index}.`))
            .map(({ place, code, message }) => (
              <p key={`${place} ${code}`} className="node-facts loss">
                {labelled(partName(place.split(".")[2]), message)}
              </p>
            ))}
          <Button
            type="dashed"
            size="small"
            icon={<PlusOutlined />}
            onClick={() => addAfter(index)}
            style={{ marginTop: 8 }}
          >
            {t("office.nodes.add_after")}
          </Button>
        </li>
      ))}
    </ol>
  );
}

function NodeTitle({ node, index }: { node: DefinitionNode; index: number }) {
  const { t, named } = useWords();
  return (
    <strong>
      {index + 1}. {named(node) || t("office.nodes.unnamed")}
    </strong>
  );
}

interface NodeButtonsProps {
  isOpen: boolean;
  onOpen: () => void;
  onUp?: () => void;
  onDown?: () => void;
  onRemove?: () => void;
}

function NodeButtons({ isOpen, onOpen, onUp, onDown, onRemove }: NodeButtonsProps) {
  const { t } = useWords();
  const { modal } = App.useApp();
  return (
    <>
      <Button size="small" onClick={onOpen} aria-expanded={isOpen}>
        {t(isOpen ? "office.nodes.done" : "common.edit")}
      </Button>
      <Tooltip title={t("office.nodes.up")}>
        <Button
          type="text"
          size="small"
          icon={<ArrowUpOutlined />}
          aria-label={t("office.nodes.up")}
          disabled={onUp === undefined}
          onClick={onUp}
        />
      </Tooltip>
      <Tooltip title={t("office.nodes.down")}>
        <Button
          type="text"
          size="small"
          icon={<ArrowDownOutlined />}
          aria-label={t("office.nodes.down")}
          disabled={onDown === undefined}
          onClick={onDown}
        />
      </Tooltip>
      <Tooltip title={t("office.nodes.remove")}>
        <Button
          type="text"
          size="small"
          danger
          icon={<DeleteOutlined />}
          aria-label={t("office.nodes.remove")}
          disabled={onRemove === undefined}
          onClick={() => modal.confirm({ title: t("office.nodes.remove_title"), onOk: onRemove })}
        />
      </Tooltip>
    </>
  );
}
