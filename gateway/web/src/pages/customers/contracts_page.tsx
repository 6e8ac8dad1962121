import { useMemo, useState } from "react";
import type { Filter } from "../../list/filters";
import { RecordList } from "../../list/record_list";
import { customerFilter } from "../../pick/customer_filter";
import { Page } from "../../shell/page";
import { useTitle } from "../../shell/tabs";
import { useWords } from "../../words";
import { type Contract, useContractColumns } from "./contract_columns";
import { ContractDrawer } from "./contract_drawer";

const STATES = ["coming", "in_force", "over"] as const;

/** Contracts of all customers that one sees; what ends first stands first. */
export function ContractsPage() {
  const { t, term } = useWords();
  useTitle(t("shell.menu.contracts"));
  const [open, setOpen] = useState<Contract>();
  const columns = useContractColumns();
  const filters = useMemo<Filter[]>(
    () => [
      { kind: "text", name: "q", label: t("customers.contracts.search") },
      {
        kind: "choice",
        name: "state",
        label: t("customers.state"),
        options: STATES.map((value) => ({ value, label: term("contract_state", value) })),
      },
      customerFilter(t("customers.customer")),
      { kind: "dates", from: "ends_from", to: "ends_to", label: t("customers.contracts.valid_to") },
      { kind: "flag", name: "standard", label: t("customers.contracts.standard") },
      { kind: "flag", name: "auto_renewing", label: t("customers.contracts.auto_renewing") },
    ],
    [t, term],
  );
  return (
    <Page title={t("shell.menu.contracts")} isFilled>
      <RecordList
        name="contracts"
        path="/api/v1/contracts"
        columns={columns}
        filters={filters}
        onOpen={setOpen}
        empty={t("customers.contracts.empty")}
      />
      <ContractDrawer contract={open} onClose={() => setOpen(undefined)} />
    </Page>
  );
}
