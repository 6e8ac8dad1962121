import { PlusOutlined } from "@ant-design/icons";
import { Button, Segmented } from "antd";
import { useMemo } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { RecordList } from "../../list/record_list";
import { Page } from "../../shell/page";
import { useSession } from "../../shell/session";
import { useTitle } from "../../shell/tabs";
import { useWords } from "../../words";
import { BOXES, boxOf } from "./boxes";
import { BulkApproval } from "./bulk_approval";
import { KindChooser } from "./kind_chooser";
import { useProcessColumns } from "./process_columns";
import { useProcessFilters } from "./process_filters";
import "./processes.css";

const KEPT = ["box"];

export function ProcessesPage() {
  const { t } = useWords();
  const { may } = useSession();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const box = boxOf(params.get("box"));
  useTitle(t(`shell.menu.${box}`));
  const codes = params.get("code") ?? "";
  const chosenCodes = useMemo(() => codes.split(",").filter(Boolean), [codes]);
  const columns = useProcessColumns(box);
  const filters = useProcessFilters(box, chosenCodes);
  const fixed = useMemo(() => ({ box }), [box]);
  const isTodo = box === "todo";
  return (
    <Page
      title={t("processes.title")}
      note={
        <Segmented
          aria-label={t("processes.box")}
          className="boxes"
          value={box}
          options={BOXES.map((each) => ({ value: each, label: t(`shell.menu.${each}`) }))}
          onChange={(chosen) => void navigate(`/processes?box=${chosen}`)}
        />
      }
      actions={
        may("processes.start") && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => void navigate("/processes/start")}>
            {t("processes.begin")}
          </Button>
        )
      }
      extra={box !== "visible" && <KindChooser key={box} box={box} />}
      isFilled
    >
      <RecordList
        key={box}
        name={`processes.${box}`}
        path="/api/v1/processes"
        fixed={fixed}
        kept={KEPT}
        columns={columns}
        filters={filters}
        keyOf={(row) => row.task_id ?? row.id}
        addressOf={(row) => row.link}
        rowClass={(row) => (row.is_unread ? "row-unread" : "")}
        canSelect={(row) => row.bulk_approve}
        bulk={isTodo ? (rows, clear) => <BulkApproval rows={rows} clear={clear} /> : undefined}
        empty={t(`processes.empty.${box}`)}
      />
    </Page>
  );
}
