import { CheckCircleOutlined, ExclamationCircleOutlined, SyncOutlined } from "@ant-design/icons";
import { Alert, Button, Space } from "antd";
import { asProblem } from "../../api/problem";
import { minuteOf, today } from "../../format/dates";
import type { DraftContent, DraftSaving } from "../../process_form/use_draft";
import { useWords } from "../../words";

/** How the draft stands: 已自动保存 10:21. */
export function DraftStatus({ draft }: { draft: DraftSaving }) {
  const { t } = useWords();
  const { state } = draft;
  switch (state.kind) {
    case "saving":
      return (
        <span className="start-draft quiet" role="status">
          <SyncOutlined spin aria-hidden /> {t("processes.start.draft.saving")}
        </span>
      );
    case "saved": {
      const [day, minute] = minuteOf(state.at).split(" ");
      return (
        <span className="start-draft quiet" role="status">
          <CheckCircleOutlined aria-hidden />{" "}
          {t("processes.start.draft.saved", { at: day === today() ? minute : `${day} ${minute}` })}
        </span>
      );
    }
    case "failed":
      return (
        <span className="start-draft loss" role="status">
          <ExclamationCircleOutlined aria-hidden />{" "}
          {t("processes.start.draft.failed", { message: asProblem(state.error).message })}
          <Button type="link" size="small" onClick={draft.retry}>
            {t("common.retry")}
          </Button>
        </span>
      );
    case "conflict":
      return <span className="start-draft loss">{t("processes.start.draft.conflict")}</span>;
    case "unsaved":
      return <span className="start-draft quiet">{t("processes.start.draft.unsaved")}</span>;
  }
}

interface DraftConflictProps {
  draft: DraftSaving;
  isBusy: boolean;
  act: (work: () => Promise<unknown>) => Promise<boolean>;
  onTheirs: (content: DraftContent | null) => void;
}

/** The draft was changed elsewhere: its owner says which of the two goes on. */
export function DraftConflict({ draft, isBusy, act, onTheirs }: DraftConflictProps) {
  const { t } = useWords();
  return draft.state.kind !== "conflict" ? null : (
    <Alert
      type="warning"
      showIcon
      title={t("processes.start.draft.conflict")}
      description={t("processes.start.draft.conflict_text")}
      action={
        <Space orientation="vertical">
          <Button size="small" loading={isBusy} onClick={() => void act(draft.keepOurs)}>
            {t("processes.start.draft.keep_ours")}
          </Button>
          <Button
            size="small"
            loading={isBusy}
            onClick={() => void act(async () => onTheirs(await draft.takeTheirs()))}
          >
            {t("processes.start.draft.take_theirs")}
          </Button>
        </Space>
      }
    />
  );
}
