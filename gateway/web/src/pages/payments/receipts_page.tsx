import { PlusOutlined, TagsOutlined, UploadOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { RecordList } from "../../list/record_list";
import { Page } from "../../shell/page";
import { useSession } from "../../shell/session";
import { useTitle } from "../../shell/tabs";
import { useWords } from "../../words";
import { ReceiptBeside } from "./receipt_beside";
import { useReceiptColumns, useReceiptFilters } from "./receipt_columns";
import { RecordReceiptForm } from "./record_receipt_form";
import "./payments.css";
import { LinkButton } from "../../shell/link_button";

/** The parameter that says which receipt is shown beside the list. */
const CHOSEN = "receipt";
const KEPT = [CHOSEN];

/** The receipt pool, and beside it the receipt that one looks at, with whose it may be. */
export function ReceiptsPage() {
  const { t } = useWords();
  useTitle(t("payments.title"));
  const { may } = useSession();
  const columns = useReceiptColumns();
  const filters = useReceiptFilters();
  const [params, setParams] = useSearchParams();
  const [isRecording, setRecording] = useState(false);
  const chosenId = params.get(CHOSEN) ?? undefined;

  function choose(id: string | undefined) {
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        if (id === undefined) {
          after.delete(CHOSEN);
        } else {
          after.set(CHOSEN, id);
        }
        return after;
      },
      // At once: otherwise the step to the next receipt waits until the list has been read again.
      { replace: true, flushSync: true },
    );
  }

  return (
    <Page
      title={t("payments.title")}
      isFilled
      actions={
        <>
          <LinkButton icon={<TagsOutlined />} to="/payer-aliases">
            {t("payments.receipts.aliases")}
          </LinkButton>
          {may("receipts.write") && (
            <>
              <Button icon={<PlusOutlined />} onClick={() => setRecording(true)}>
                {t("payments.receipts.record")}
              </Button>
              <LinkButton type="primary" icon={<UploadOutlined />} to="/receipt-imports/new">
                {t("payments.receipts.import")}
              </LinkButton>
            </>
          )}
        </>
      }
    >
      <RecordList
        name="receipts"
        path="/api/v1/receipts"
        columns={columns}
        filters={filters}
        kept={KEPT}
        addressOf={(receipt) => `/receipts/${receipt.id}`}
        onOpen={(receipt) => choose(receipt.id)}
        rowClass={(receipt) => (receipt.id === chosenId ? "row-chosen" : "")}
        beside={(rows) => <ReceiptBeside rows={rows} chosenId={chosenId} onChoose={choose} />}
        empty={t("payments.receipts.empty")}
      />
      <RecordReceiptForm isOpen={isRecording} onClose={() => setRecording(false)} />
    </Page>
  );
}
