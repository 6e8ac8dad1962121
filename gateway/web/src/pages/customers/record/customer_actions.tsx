import { EditOutlined, LockOutlined, LogoutOutlined, SwapOutlined, UnlockOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { useState } from "react";
import type { Schemas } from "../../../api/client";
import { LinkButton } from "../../../shell/link_button";
import { useSession } from "../../../shell/session";
import { useWords } from "../../../words";
import { startAddress } from "../../processes/start_address";
import { TransferDrawer } from "../transfer_drawer";
import { EditCustomerDrawer } from "./edit_customer_drawer";
import { ReasonDrawer, type ReasonFor } from "./reason_drawer";

type Open = "edit" | "transfer" | ReasonFor;

/** What can be done with the customer itself, as far as the signed-in user may. */
export function CustomerActions({ customer, mayWrite }: { customer: Schemas["Customer"]; mayWrite: boolean }) {
  const { t } = useWords();
  const { user, may, is } = useSession();
  const [open, setOpen] = useState<Open>();
  const isOwned = customer.owner_id !== null;
  const close = () => setOpen(undefined);
  const more = [
    may("customers.transfer") &&
      isOwned && { key: "transfer", icon: <SwapOutlined />, label: t("customers.transfer.action") },
    may("customers.protect") &&
      isOwned && {
        key: customer.is_protected ? "unprotect" : "protect",
        icon: customer.is_protected ? <UnlockOutlined /> : <LockOutlined />,
        label: t(customer.is_protected ? "customers.unprotect.action" : "customers.protect.action"),
      },
    may("customers.release") &&
      customer.owner_id === user.id && {
        key: "release",
        icon: <LogoutOutlined />,
        label: t("customers.release.action"),
        danger: true,
      },
  ].filter((item) => item !== false);
  const isFree = customer.tier === "pool" && customer.claim_process_id === null && is("sales", "sales_lead");
  return (
    <>
      {more.length > 0 && (
        <Dropdown menu={{ items: more, onClick: ({ key }) => setOpen(key as Open) }} trigger={["click"]}>
          <Button>{t("common.more")}</Button>
        </Dropdown>
      )}
      {mayWrite && (
        <Button icon={<EditOutlined />} onClick={() => setOpen("edit")}>
          {t("common.edit")}
        </Button>
      )}
      {isFree && (
        <>
          <LinkButton to={startAddress("test_account", customer.id, {}, "customer")}>
            {t("customers.pool.test")}
          </LinkButton>
          <LinkButton type="primary" to={startAddress("claim_customer", customer.id)}>
            {t("customers.pool.claim")}
          </LinkButton>
        </>
      )}
      <EditCustomerDrawer customer={customer} isOpen={open === "edit"} onClose={close} />
      <TransferDrawer
        customers={open === "transfer" ? [customer] : undefined}
        onClose={close}
        onDone={() => undefined}
      />
      <ReasonDrawer
        customer={customer}
        what={open === "release" || open === "protect" || open === "unprotect" ? open : undefined}
        onClose={close}
      />
    </>
  );
}
