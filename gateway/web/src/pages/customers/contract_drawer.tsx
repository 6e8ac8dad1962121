import { Button, Descriptions, Drawer } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { amount, money, quantity } from "../../format/figures";
import { FileView } from "../../record/file_view";
import { LinkButton } from "../../shell/link_button";
import { useSession } from "../../shell/session";
import { StateTag } from "../../shell/state_tag";
import { listed, useWords } from "../../words";
import { startAddress } from "../processes/start_address";
import type { Contract } from "./contract_columns";
import "./record/record.css";

interface ContractDrawerProps {
  contract: Contract | undefined;
  onClose: () => void;
}

/** One contract with its papers, read in place, and the way to renew it. */
export function ContractDrawer({ contract, onClose }: ContractDrawerProps) {
  const { t } = useWords();
  const { is } = useSession();
  const isSeller = is("sales", "sales_lead");
  return (
    <Drawer
      open={contract !== undefined}
      onClose={onClose}
      title={contract?.number}
      size={560}
      extra={
        contract &&
        isSeller && (
          <LinkButton
            to={startAddress("contract_review", contract.customer_id, {
              renews_contract_id: contract.id,
              product_ids: contract.products.map(({ id }) => id).join(","),
            })}
          >
            {t("customers.contracts.renew")}
          </LinkButton>
        )
      }
    >
      {contract && <Details contract={contract} />}
    </Drawer>
  );
}

function Details({ contract }: { contract: Contract }) {
  const { t } = useWords();
  const [file, setFile] = useState<Contract["draft"][number]>();
  const papers = (files: Contract["draft"]) =>
    files.length === 0
      ? "–"
      : files.map((each) => (
          <Button key={each.id} type="link" size="small" className="cell-button" onClick={() => setFile(each)}>
            {each.name}
          </Button>
        ));
  const answer = (is: boolean) => t(is ? "common.yes" : "common.no");
  return (
    <>
      <Descriptions
        column={1}
        size="small"
        items={[
          {
            key: "customer",
            label: t("customers.customer"),
            children: <Link to={`/customers/${contract.customer_id}?tab=contracts`}>{contract.customer_name}</Link>,
          },
          {
            key: "state",
            label: t("customers.state"),
            children: <StateTag of="contract_state" state={contract.state} />,
          },
          {
            key: "valid",
            label: t("customers.contracts.valid"),
            children: `${contract.valid_from} – ${contract.valid_to}`,
          },
          {
            key: "products",
            label: t("customers.contracts.products"),
            children: listed(contract.products.map(({ name }) => name)) || "–",
          },
          { key: "amount", label: t("customers.contracts.amount"), children: money(contract.amount) },
          {
            key: "volume",
            label: t("customers.contracts.monthly_volume"),
            children: quantity(contract.monthly_volume),
          },
          { key: "price", label: t("customers.contracts.unit_price"), children: amount(contract.unit_price, 3) },
          { key: "standard", label: t("customers.contracts.standard"), children: answer(contract.is_standard) },
          {
            key: "renewing",
            label: t("customers.contracts.auto_renewing"),
            children: answer(contract.is_auto_renewing),
          },
          { key: "draft", label: t("customers.contracts.draft"), children: papers(contract.draft) },
          { key: "scan", label: t("customers.contracts.stamped_scan"), children: papers(contract.stamped_scan) },
          {
            key: "remarks",
            label: t("common.remarks"),
            children: <span className="as-written">{contract.remarks || "–"}</span>,
          },
          {
            key: "process",
            label: t("customers.process"),
            children: <Link to={`/processes/${contract.process_id}`}>{t("customers.contracts.review")}</Link>,
          },
        ]}
      />
      <FileView
        path={file && `/api/v1/attachments/${file.id}`}
        name={file?.name ?? ""}
        onClose={() => setFile(undefined)}
      />
    </>
  );
}
