/** Named views of a list: its filters, order and columns under a name, for whoever saved them, wherever he or she signs in. */
import { DeleteOutlined, DownOutlined, SaveOutlined } from "@ant-design/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Dropdown, Input, type MenuProps, Modal } from "antd";
import { useState } from "react";
import { api, query, type Schemas } from "../api/client";
import { asProblem } from "../api/problem";
import { showProblem } from "../forms/problems";
import { useWords } from "../words";

/** `search` has the filters and the order as they stand in the address; `hidden` the columns that are not shown. */
export type View = Schemas["ListView"];

export interface ListViews {
  items: View[];
  /** Why they could not be read. */
  fault?: string;
  /** @returns whether it is kept; if not, why not has been said. */
  save: (view: View) => Promise<boolean>;
  remove: (name: string) => Promise<boolean>;
}

/** The views of a list that whoever is signed in has. A change is seen at once, and taken back if it is refused. */
export function useListViews(list: string): ListViews {
  const { notification } = App.useApp();
  const client = useQueryClient();
  const asked = query.queryOptions("get", "/api/v1/list-views", { params: { query: { list } } });
  const { data, error } = useQuery(asked);

  async function change(after: (before: View[]) => View[], work: () => Promise<unknown>): Promise<boolean> {
    await client.cancelQueries({ queryKey: asked.queryKey });
    const before = client.getQueryData<Schemas["ListViews"]>(asked.queryKey);
    client.setQueryData(asked.queryKey, { items: after(before?.items ?? []) });
    try {
      await work();
      return true;
    } catch (problem) {
      client.setQueryData(asked.queryKey, before);
      showProblem(problem, { notification });
      return false;
    } finally {
      void client.invalidateQueries({ queryKey: asked.queryKey });
    }
  }

  return {
    items: data?.items ?? [],
    fault: error === null ? undefined : asProblem(error).message,
    save: (view) =>
      change(
        (before) =>
          before.some(({ name }) => name === view.name)
            ? before.map((each) => (each.name === view.name ? view : each))
            : [...before, view],
        () => api.PUT("/api/v1/list-views", { body: { list, ...view } }),
      ),
    remove: (name) =>
      change(
        (before) => before.filter((view) => view.name !== name),
        () => api.DELETE("/api/v1/list-views", { params: { query: { list, name } } }),
      ),
  };
}

interface ViewChooserProps {
  views: ListViews;
  search: string;
  hidden: string[];
  /** What is hidden before anybody chooses. */
  usual: string[];
  onChoose: (view: View) => void;
}

export function ViewChooser({ views, search, hidden, usual, onChoose }: ViewChooserProps) {
  const { t } = useWords();
  const { message } = App.useApp();
  const [isNaming, setNaming] = useState(false);
  const [isSaving, setSaving] = useState(false);
  const [name, setName] = useState("");
  const shown = views.items.find((view) => view.search === search);

  async function save() {
    if (name.trim() === "" || isSaving) {
      return;
    }
    setSaving(true);
    const isSaved = await views.save({ name: name.trim(), search, hidden });
    setSaving(false);
    if (isSaved) {
      setNaming(false);
      message.success(t("common.saved"));
    }
  }

  const items: MenuProps["items"] = [
    {
      key: "default",
      label: t("common.list.default_view"),
      onClick: () => onChoose({ name: "", search: "", hidden: usual }),
    },
    ...(views.fault === undefined ? [] : [{ key: "fault", label: views.fault, disabled: true }]),
    ...views.items.map((view) => ({ key: `view ${view.name}`, label: view.name, onClick: () => onChoose(view) })),
    { type: "divider" },
    {
      key: "save",
      icon: <SaveOutlined />,
      label: t("common.list.save_view"),
      onClick: () => {
        setName(shown?.name ?? "");
        setNaming(true);
      },
    },
    ...(shown
      ? [
          {
            key: "delete",
            icon: <DeleteOutlined />,
            danger: true,
            label: t("common.list.delete_view"),
            onClick: () => void views.remove(shown.name),
          },
        ]
      : []),
  ];
  return (
    <>
      <Dropdown menu={{ items }} trigger={["click"]}>
        <Button>
          {shown?.name ?? t("common.list.views")} <DownOutlined />
        </Button>
      </Dropdown>
      <Modal
        open={isNaming}
        title={t("common.list.save_view")}
        okText={t("common.save")}
        okButtonProps={{ disabled: name.trim() === "" }}
        confirmLoading={isSaving}
        onOk={() => void save()}
        onCancel={() => setNaming(false)}
      >
        <Input
          value={name}
          maxLength={50}
          placeholder={t("common.list.view_name")}
          aria-label={t("common.list.view_name")}
          onChange={(event) => setName(event.target.value)}
          onPressEnter={() => void save()}
        />
      </Modal>
    </>
  );
}
