import { CheckCircleFilled, CloseCircleFilled } from "@ant-design/icons";
import { Button, Input, Modal } from "antd";
import { useState } from "react";
import { api, type Schemas } from "../../api/client";
import { readAllAgain } from "../../api/queries";
import { useMadeOnce } from "../../forms/made_once";
import { useAction } from "../../forms/use_action";
import { useWords } from "../../words";
import type { ProcessRow } from "./process_columns";

/** So many at once, as the API takes them. */
const TASKS_MAX = 100;

/** Approve what is selected with one opinion; then says of each what became of it. */
export function BulkApproval({ rows, clear }: { rows: ProcessRow[]; clear: () => void }) {
  const { t } = useWords();
  const { isBusy, act } = useAction();
  const [isOpen, setOpen] = useState(false);
  const [opinion, setOpinion] = useState("");
  const [outcomes, setOutcomes] = useState<Schemas["TaskOutcomes"]>();
  const once = useMadeOnce();
  const taskIds = rows.flatMap(({ task_id }) => task_id ?? []);

  function open() {
    setOutcomes(undefined);
    setOpen(true);
  }
  async function approve() {
    await act(async () => {
      const { data } = await once((header) =>
        api.POST("/api/v1/tasks/approve", { params: { header }, body: { task_ids: taskIds, opinion } }),
      );
      setOutcomes(data);
    });
  }
  function close() {
    setOpen(false);
    if (outcomes !== undefined) {
      setOpinion("");
      clear();
      void readAllAgain();
    }
  }

  return (
    <>
      <Button type="primary" onClick={open} disabled={taskIds.length > TASKS_MAX}>
        {t("processes.bulk.approve")}
      </Button>
      {taskIds.length > TASKS_MAX && <span>{t("processes.bulk.too_many", { max: TASKS_MAX })}</span>}
      <Modal
        open={isOpen}
        width={640}
        title={
          outcomes === undefined
            ? t("processes.bulk.title", { count: rows.length })
            : t("processes.bulk.done", {
                approved: outcomes.approved,
                refused: outcomes.items.length - outcomes.approved,
              })
        }
        onCancel={close}
        mask={{ closable: false }}
        footer={
          outcomes === undefined ? (
            <>
              <Button onClick={close}>{t("common.cancel")}</Button>
              <Button type="primary" loading={isBusy} onClick={() => void approve()}>
                {t("processes.action.approve")}
              </Button>
            </>
          ) : (
            <Button type="primary" autoFocus onClick={close}>
              {t("common.close")}
            </Button>
          )
        }
      >
        {outcomes === undefined ? (
          <>
            <ul className="bulk-rows">
              {rows.map((row) => (
                <li key={row.task_id}>{row.title}</li>
              ))}
            </ul>
            <Input.TextArea
              value={opinion}
              maxLength={5000}
              autoSize={{ minRows: 2, maxRows: 6 }}
              placeholder={t("processes.bulk.opinion")}
              aria-label={t("processes.opinion")}
              onChange={(event) => setOpinion(event.target.value)}
            />
          </>
        ) : (
          <Outcomes outcomes={outcomes} rows={rows} />
        )}
      </Modal>
    </>
  );
}

function Outcomes({ outcomes, rows }: { outcomes: Schemas["TaskOutcomes"]; rows: ProcessRow[] }) {
  const { t } = useWords();
  const titles = new Map(rows.map((row) => [row.task_id, row.title]));
  return (
    <ul className="bulk-outcomes">
      {outcomes.items.map((outcome) => (
        <li key={outcome.task_id}>
          {outcome.is_approved ? (
            <CheckCircleFilled className="gain" aria-hidden />
          ) : (
            <CloseCircleFilled className="loss" aria-hidden />
          )}
          <div>
            {outcome.title ?? titles.get(outcome.task_id)}
            <div className={outcome.is_approved ? "gain" : "loss"}>
              {outcome.is_approved
                ? t("processes.bulk.approved")
                : [outcome.message, ...outcome.errors.map(({ message }) => message)].filter(Boolean).join(" ")}
            </div>
          </div>
        </li>
      ))}
    </ul>
  );
}
