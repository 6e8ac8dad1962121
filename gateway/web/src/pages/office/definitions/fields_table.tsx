import { Table, Tag } from "antd";
import { listed, useWords } from "../../../words";
import type { DefinitionContent, FormField } from "./definition_content";
import { useDefinitionWords } from "./definition_words";

/** The fields of a definition's form: what is asked, where it is entered, who sees it. */
export function FieldsTable({ definition }: { definition: DefinitionContent }) {
  const { t, term, named } = useWords();
  const words = useDefinitionWords();
  const nodeName = (code: string) => {
    const node = definition.nodes.find((each) => each.code === code);
    return node === undefined ? code : named(node);
  };
  return (
    <Table<FormField>
      rowKey="code"
      size="middle"
      pagination={false}
      dataSource={definition.fields}
      scroll={{ x: "max-content" }}
      // antd takes `children` for rows below; a grid's columns are its own.
      expandable={{
        rowExpandable: ({ columns, choices }) => columns.length > 0 || choices.length > 0,
        expandedRowRender: ({ columns, choices }) =>
          [...columns, ...choices].map((part) => <Tag key={part.code}>{named(part)}</Tag>),
      }}
      columns={[
        {
          key: "name",
          title: t("office.definitions.field"),
          render: (_, field) => (
            <>
              {named(field)} <span className="quiet">{field.code}</span>
            </>
          ),
        },
        {
          key: "type",
          title: t("office.definitions.type"),
          render: (_, { type }) => term("field_type", type),
        },
        {
          key: "required",
          title: t("office.definitions.required"),
          render: (_, field) =>
            field.required
              ? t("common.yes")
              : field.required_when
                ? words.condition(field.required_when, definition)
                : t("common.no"),
        },
        {
          key: "entered_at",
          title: t("office.definitions.entered_at"),
          render: (_, field) => (field.is_computed ? t("office.definitions.computed") : nodeName(field.entered_at)),
        },
        {
          key: "edited_at",
          title: t("office.definitions.edited_at"),
          render: (_, { edited_at }) => listed(edited_at.map(nodeName)) || "–",
        },
        {
          key: "seen_at",
          title: t("office.definitions.seen_at"),
          render: (_, { seen_at }) => listed(seen_at.map(nodeName)) || t("office.definitions.everybody"),
        },
      ]}
    />
  );
}
