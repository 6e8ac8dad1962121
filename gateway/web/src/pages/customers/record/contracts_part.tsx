import { useState } from "react";
import { LinkButton } from "../../../shell/link_button";
import { useWords } from "../../../words";
import { startAddress } from "../../processes/start_address";
import { type Contract, useContractColumns } from "../contract_columns";
import { ContractDrawer } from "../contract_drawer";
import { useShown } from "./overview";
import { PartHead, PartRows } from "./part";

export function ContractsPart() {
  const { t } = useWords();
  const { overview, mayWrite } = useShown();
  const [open, setOpen] = useState<Contract>();
  const customerId = overview.customer.id;
  const columns = useContractColumns().filter(
    ({ key, isHidden }) => !isHidden && key !== "customer" && key !== "owner",
  );
  const review = startAddress("contract_review", customerId);
  return (
    <section className="part">
      <PartHead
        title={t("customers.tab.contracts")}
        actions={mayWrite && <LinkButton to={review}>{t("customers.contracts.review")}</LinkButton>}
      />
      <PartRows
        name="contracts"
        path="/api/v1/contracts"
        asked={{ query: { customer_id: customerId, sort: "-valid_to" } }}
        section={overview.contracts}
        columns={columns}
        onOpen={setOpen}
        empty={t("customers.contracts.empty")}
      />
      <ContractDrawer contract={open} onClose={() => setOpen(undefined)} />
    </section>
  );
}
