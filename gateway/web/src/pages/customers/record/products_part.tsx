import { EditOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Tag } from "antd";
import { useState } from "react";
import { useSearchParams } from "react-router";
import type { Schemas } from "../../../api/client";
import { LinkButton } from "../../../shell/link_button";
import { useSession } from "../../../shell/session";
import { StateTag } from "../../../shell/state_tag";
import { EmptyState } from "../../../shell/states";
import { useWords } from "../../../words";
import { startAddress } from "../../processes/start_address";
import { AccountDrawer } from "../account_drawer";
import { OpenAccountDrawer } from "./open_account_drawer";
import { useShown } from "./overview";
import { More, PartHead, useWhole } from "./part";
import { AddProductDrawer, EditProductDrawer } from "./product_drawers";
import { ProductView } from "./product_view";

type Product = Schemas["Product"];
type Account = Schemas["Account"];

/** What the customer buys: each product with its accounts, its prices and what can be done for it. */
export function ProductsPart() {
  const { t } = useWords();
  const { overview, mayWrite } = useShown();
  const [params, setParams] = useSearchParams();
  const [isAdding, setAdding] = useState(false);
  const [editedId, setEditedId] = useState<string>();
  const [openedFor, setOpenedFor] = useState<Product>();
  const [accountId, setAccountId] = useState<string>();
  const customer_id = overview.customer.id;
  const products = useWhole("/api/v1/customers/{customer_id}/products", { path: { customer_id } }, overview.products);
  const accounts = useWhole("/api/v1/accounts", { query: { customer_id } }, overview.accounts);
  const view = (id: string | undefined) =>
    setParams({ tab: "products", ...(id === undefined ? {} : { product: id }) }, { replace: true });
  return (
    <section className="part">
      <PartHead
        title={t("customers.tab.products")}
        actions={
          mayWrite && (
            <Button icon={<PlusOutlined />} onClick={() => setAdding(true)}>
              {t("customers.products.add")}
            </Button>
          )
        }
      />
      {products.rows.length === 0 && <EmptyState words={t("customers.products.empty")} />}
      <div className="products">
        {products.rows.map((product) => (
          <ProductCard
            key={product.id}
            product={product}
            accounts={accounts.rows.filter(({ product_id }) => product_id === product.id)}
            onView={() => view(product.id)}
            onEdit={() => setEditedId(product.id)}
            onOpenAccount={() => setOpenedFor(product)}
            onAccount={setAccountId}
          />
        ))}
      </div>
      <More section={overview.products} more={products.more} isLoading={products.isLoading} />
      {accounts.more && (
        <Button type="link" loading={accounts.isLoading} onClick={accounts.more}>
          {t("customers.products.all_accounts", { count: overview.accounts.total })}
        </Button>
      )}
      <AddProductDrawer isOpen={isAdding} onClose={() => setAdding(false)} />
      <EditProductDrawer
        product={products.rows.find(({ id }) => id === editedId)}
        onClose={() => setEditedId(undefined)}
      />
      <OpenAccountDrawer product={openedFor} onClose={() => setOpenedFor(undefined)} />
      <ProductView
        id={params.get("product") ?? undefined}
        product={products.rows.find(({ id }) => id === params.get("product"))}
        onClose={() => view(undefined)}
      />
      <AccountDrawer id={accountId} onClose={() => setAccountId(undefined)} />
    </section>
  );
}

interface ProductCardProps {
  product: Product;
  accounts: Account[];
  onView: () => void;
  onEdit: () => void;
  onOpenAccount: () => void;
  onAccount: (id: string) => void;
}

function ProductCard({ product, accounts, onView, onEdit, onOpenAccount, onAccount }: ProductCardProps) {
  const { t, term } = useWords();
  const { may, is } = useSession();
  const { mayWrite } = useShown();
  const hasAccounts = product.type !== "software";
  return (
    <article className="product">
      <div className="contact-head">
        <h3>{product.name}</h3>
        <Tag>{term("payment_mode", product.payment_mode)}</Tag>
        <span className="quiet">
          {product.name === term("product_type", product.type) ? "" : `${term("product_type", product.type)} · `}
          {t("customers.products.cycle", { count: product.billing_cycle_months })}
          {product.needs_invoice ? "" : ` · ${t("customers.products.no_invoice")}`}
        </span>
        <span className="list-gap" />
        {mayWrite && (
          <Button
            type="text"
            size="small"
            icon={<EditOutlined />}
            aria-label={t("customers.contacts.edit_named", { name: product.name })}
            title={t("common.edit")}
            onClick={onEdit}
          />
        )}
      </div>
      {hasAccounts && (
        <ul className="accounts">
          {accounts.map(({ id, identifier, status, signature, interface: through }) => (
            <li key={id}>
              <Button type="link" size="small" className="cell-button" onClick={() => onAccount(id)}>
                {identifier}
              </Button>
              <StateTag of="account_status" state={status} />
              <span className="quiet">
                【{signature}】 {term("interface", through)}
              </span>
            </li>
          ))}
          {product.account_count === 0 && <li className="quiet">{t("customers.products.no_accounts")}</li>}
        </ul>
      )}
      <div className="product-ends">
        <Button size="small" onClick={onView}>
          {t("customers.products.view")}
        </Button>
        {is("sales", "sales_lead") && (
          <>
            <LinkButton size="small" to={startAddress("price_adjustment", product.id)}>
              {t("customers.products.adjust_price")}
            </LinkButton>
            {hasAccounts && (
              <LinkButton size="small" to={startAddress("test_account", product.id)}>
                {t("customers.pool.test")}
              </LinkButton>
            )}
          </>
        )}
        {may("accounts.write") && hasAccounts && (
          <Button size="small" onClick={onOpenAccount}>
            {t("customers.products.open_account")}
          </Button>
        )}
      </div>
    </article>
  );
}
