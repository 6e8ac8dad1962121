import { App, Form, Input, Radio } from "antd";
import { api, type Schemas } from "../../api/client";
import { readAllAgain } from "../../api/queries";
import { FormDrawer } from "../../forms/form_drawer";
import { type KeyHeader, useMadeOnce } from "../../forms/made_once";
import { UserSelect } from "../../pick/selects";
import { useWords } from "../../words";
import type { NamedFile } from "./attachment_list";
import { FileInput } from "./file_input";
import { PeopleSelect } from "./people_select";

/** What is done in a drawer of its own, with words and people. */
export type DrawerAction =
  | "transfer"
  | "delegate"
  | "add_approver"
  | "reassign"
  | "comment"
  | "copy"
  | "urge"
  | "recall"
  | "withdraw"
  | "retry_effect";

interface Shape {
  people?: "one" | "several";
  hasPosition?: boolean;
  isOpinionRequired?: boolean;
  hasFiles?: boolean;
}

const SHAPES: Record<DrawerAction, Shape> = {
  transfer: { people: "one" },
  delegate: { people: "one" },
  add_approver: { people: "one", hasPosition: true },
  reassign: { people: "one" },
  comment: { isOpinionRequired: true, hasFiles: true },
  copy: { people: "several" },
  urge: {},
  recall: {},
  withdraw: {},
  retry_effect: {},
};

interface Entered {
  opinion: string;
  user_id: string;
  user_ids: string[];
  position: "before" | "after";
  files: NamedFile[];
}

interface ActionDrawerProps {
  process: Schemas["Process"];
  /** Undefined shows nothing. */
  action: DrawerAction | undefined;
  /** The task that is handed on; those of the process itself need none. */
  taskId?: string;
  onClose: () => void;
  /** Whether the reader's own task is settled by it is the page's to see. */
  onDone: (action: DrawerAction) => void;
}

/** One action on a process or a task, said with words. A drawer: the process stays in sight. */
export function ActionDrawer({ process, action, taskId, onClose, onDone }: ActionDrawerProps) {
  const { t } = useWords();
  const { message } = App.useApp();
  const once = useMadeOnce(action);
  const shape: Shape = action === undefined ? {} : SHAPES[action];

  async function submit(entered: Entered) {
    if (action === undefined) {
      return;
    }
    await once((header) => send(action, process.id, taskId ?? "", header, entered));
    message.success(t(`processes.done.${action}`));
    await readAllAgain();
    onDone(action);
  }

  return (
    <FormDrawer<Entered>
      title={action && t(`processes.action.${action}`)}
      isOpen={action !== undefined}
      onClose={onClose}
      onSubmit={submit}
      initialValues={{ opinion: "", position: "before", files: [] }}
      readAgain={readAllAgain}
      submitWords={action && t(`processes.action.${action}`)}
      note={action && <p className="quiet">{t(`processes.about.${action}`)}</p>}
      size={440}
    >
      {shape.people === "one" && (
        <Form.Item
          name="user_id"
          label={t("processes.person")}
          rules={[{ required: true, message: t("processes.person_wanted") }]}
        >
          <UserSelect placeholder={t("processes.choose_person")} />
        </Form.Item>
      )}
      {shape.people === "several" && (
        <Form.Item
          name="user_ids"
          label={t("processes.people")}
          rules={[{ required: true, message: t("processes.person_wanted") }]}
        >
          <PeopleSelect />
        </Form.Item>
      )}
      {shape.hasPosition && (
        <Form.Item name="position" label={t("processes.position")}>
          <Radio.Group
            options={[
              { value: "before", label: t("processes.position_before") },
              { value: "after", label: t("processes.position_after") },
            ]}
          />
        </Form.Item>
      )}
      <Form.Item
        name="opinion"
        label={t(shape.isOpinionRequired ? "processes.words" : "processes.words_optional")}
        rules={
          shape.isOpinionRequired ? [{ required: true, whitespace: true, message: t("processes.opinion_wanted") }] : []
        }
      >
        <Input.TextArea maxLength={5000} autoSize={{ minRows: 3, maxRows: 10 }} />
      </Form.Item>
      {shape.hasFiles && (
        <Form.Item name="files" label={t("processes.attachments")}>
          <FileInput />
        </Form.Item>
      )}
    </FormDrawer>
  );
}

function send(action: DrawerAction, processId: string, taskId: string, header: KeyHeader, entered: Entered) {
  const ofProcess = { params: { path: { process_id: processId }, header } };
  const ofTask = { params: { path: { task_id: taskId }, header } };
  const { opinion, user_id, user_ids, position, files } = entered;
  switch (action) {
    case "transfer":
      return api.POST("/api/v1/tasks/{task_id}/transfer", { ...ofTask, body: { opinion, user_id } });
    case "delegate":
      return api.POST("/api/v1/tasks/{task_id}/delegate", { ...ofTask, body: { opinion, user_id } });
    case "reassign":
      return api.POST("/api/v1/tasks/{task_id}/reassign", { ...ofTask, body: { opinion, user_id } });
    case "add_approver":
      return api.POST("/api/v1/tasks/{task_id}/add-approver", { ...ofTask, body: { opinion, user_id, position } });
    case "comment":
      return api.POST("/api/v1/processes/{process_id}/comment", {
        ...ofProcess,
        body: { opinion, attachments: files.map(({ id }) => id) },
      });
    case "copy":
      return api.POST("/api/v1/processes/{process_id}/copy", { ...ofProcess, body: { opinion, user_ids } });
    case "urge":
      return api.POST("/api/v1/processes/{process_id}/urge", { ...ofProcess, body: { opinion } });
    case "recall":
      return api.POST("/api/v1/processes/{process_id}/recall", { ...ofProcess, body: { opinion } });
    case "withdraw":
      return api.POST("/api/v1/processes/{process_id}/withdraw", { ...ofProcess, body: { opinion } });
    case "retry_effect":
      return api.POST("/api/v1/processes/{process_id}/retry-effect", { ...ofProcess, body: { opinion } });
  }
}
