import { CloseOutlined, DownOutlined, UpOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Drawer, Grid, Tooltip } from "antd";
import { useEffect, useRef } from "react";
import { query, type Schemas } from "../../api/client";
import { Loaded } from "../../shell/states";
import { useWords } from "../../words";
import type { Receipt } from "./receipt_columns";
import { ReceiptMatch } from "./receipt_match";
import { ReceiptSummary } from "./receipt_summary";

interface ReceiptBesideProps {
  /** What the list shows, in its order. */
  rows: Receipt[];
  chosenId: string | undefined;
  onChoose: (id: string | undefined) => void;
}

/**
 * The chosen receipt with whose it may be: beside the list where there is room, over it on a phone. The arrow keys go from
 * receipt to receipt; once one is assigned, the next is shown.
 */
export function ReceiptBeside({ rows, chosenId, onChoose }: ReceiptBesideProps) {
  const { t } = useWords();
  const { message } = App.useApp();
  const isWide = Grid.useBreakpoint().xl ?? true;
  const at = rows.findIndex(({ id }) => id === chosenId);
  const previous = at > 0 ? rows[at - 1]?.id : undefined;
  const next = rows[at + 1]?.id;
  useArrowKeys(chosenId === undefined ? undefined : { up: previous, down: next }, onChoose);
  useReadAhead(chosenId === undefined ? undefined : next);

  if (chosenId === undefined) {
    return null;
  }

  function goOn() {
    const nextOfNobody = rows.find(({ customer_id }, index) => index > at && customer_id === null);
    if (nextOfNobody === undefined) {
      message.info(t("payments.match.receipt_gone_on"));
    }
    onChoose(nextOfNobody?.id);
  }

  const step = (to: string | undefined, words: string, icon: React.ReactNode) => (
    <Tooltip title={words}>
      <Button type="text" icon={icon} aria-label={words} disabled={to === undefined} onClick={() => onChoose(to)} />
    </Tooltip>
  );
  const steps = (
    <>
      {step(previous, t("common.record.previous"), <UpOutlined />)}
      {step(next, t("common.record.next"), <DownOutlined />)}
    </>
  );
  const content = <Chosen key={chosenId} receiptId={chosenId} onAssigned={goOn} />;
  if (!isWide) {
    return (
      <Drawer
        open
        size="large"
        title={t("payments.pairs.receipt")}
        extra={steps}
        onClose={() => onChoose(undefined)}
        styles={{ wrapper: { maxWidth: "100%" } }}
      >
        {content}
      </Drawer>
    );
  }
  return (
    <aside className="beside" aria-label={t("payments.pairs.receipt")}>
      <div className="beside-bar">
        <span className="quiet">{t("payments.receipts.keys")}</span>
        {steps}
        <Button
          type="text"
          icon={<CloseOutlined />}
          aria-label={t("common.close")}
          onClick={() => onChoose(undefined)}
        />
      </div>
      <div className="beside-body">{content}</div>
    </aside>
  );
}

const byId = (receiptId: string) => ({ params: { path: { receipt_id: receiptId } } });

function Chosen({ receiptId, onAssigned }: { receiptId: string; onAssigned: () => void }) {
  const receipt = query.useQuery("get", "/api/v1/receipts/{receipt_id}", byId(receiptId));
  return (
    <Loaded query={receipt} rows={10}>
      {(shown: Schemas["ReceiptDetail"]) => (
        <>
          <ReceiptSummary receipt={shown} />
          <ReceiptMatch receipt={shown} onAssigned={onAssigned} />
        </>
      )}
    </Loaded>
  );
}

/** The next receipt is there when one comes to it. */
function useReadAhead(receiptId: string | undefined) {
  const client = useQueryClient();
  useEffect(() => {
    if (receiptId !== undefined) {
      void client.prefetchQuery(query.queryOptions("get", "/api/v1/receipts/{receipt_id}", byId(receiptId)));
    }
  }, [client, receiptId]);
}

/** What keys of its own have: the arrows are not ours there. */
const HAS_OWN_ARROWS = "input, textarea, select, [role=combobox], [role=listbox], [role=menu], [role=dialog] *";

function useArrowKeys(
  steps: { up: string | undefined; down: string | undefined } | undefined,
  onChoose: (id: string) => void,
) {
  const now = useRef({ steps, onChoose });
  now.current = { steps, onChoose };
  useEffect(() => {
    function listen(event: KeyboardEvent) {
      const direction = { ArrowUp: "up", ArrowDown: "down" }[event.key] as "up" | "down" | undefined;
      const to = direction && now.current.steps?.[direction];
      const isElsewhere = event.target instanceof Element && event.target.closest(HAS_OWN_ARROWS) !== null;
      if (to === undefined || isElsewhere || event.altKey || event.ctrlKey || event.metaKey) {
        return;
      }
      event.preventDefault();
      now.current.onChoose(to);
    }
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
  // The row goes with the choice.
  const chosen = steps === undefined ? undefined : `${steps.up} ${steps.down}`;
  useEffect(() => {
    if (chosen !== undefined) {
      document.querySelector(".row-chosen")?.scrollIntoView({ block: "nearest" });
    }
  }, [chosen]);
}
