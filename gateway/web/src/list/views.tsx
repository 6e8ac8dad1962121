/** Named views of a list: its filters, order and columns under a name, for whoever saved them, wherever he or she signs in. */
import { DeleteOutlined, DownOutlined, SaveOutlined } from "@ant-design/icons";
import { App, Button, Dropdown, Input, type MenuProps, Modal } from "antd";
import { useState } from "react";
import { useWords } from "../words";

export interface View {
  name: string;
  /** The filters and the order as they stand in the address. */
  search: string;
  /** The columns that are not shown. */
  hidden: string[];
}

export interface ListViews {
  items: View[];
  save: (view: View) => Promise<void>;
  remove: (name: string) => Promise<void>;
}

export function useListViews(_list: string): ListViews {
  const [items, setItems] = useState<View[]>([]);
  return {
    items,
    save: async (view) => setItems((before) => [...before.filter(({ name }) => name !== view.name), view]),
    remove: async (name) => setItems((before) => before.filter((view) => view.name !== name)),
  };
}

interface ViewChooserProps {
  views: ListViews;
  search: string;
  hidden: string[];
  onChoose: (view: View) => void;
}

export function ViewChooser({ views, search, hidden, onChoose }: ViewChooserProps) {
  const { t } = useWords();
  const { message } = App.useApp();
  const [isNaming, setNaming] = useState(false);
  const [name, setName] = useState("");
  const shown = views.items.find((view) => view.search === search);

  async function save() {
    await views.save({ name: name.trim(), search, hidden });
    setNaming(false);
    message.success(t("common.saved"));
  }

  const items: MenuProps["items"] = [
    { key: "default", label: t("common.list.default_view"), onClick: () => onChoose({ name: "", search: "", hidden }) },
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
