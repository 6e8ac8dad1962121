// My customers, tier by tier, as a funnel.

import { get } from "./api.js";
import { attempt, element, show } from "./elements.js";
import { day, word } from "./words.js";

const TIERS = ["contract", "trial", "intent", "silent", "pool"];
const PAGE_SIZE = 20;

export async function showCustomers() {
  const pages = await Promise.all(TIERS.map((tier) => customersOf(tier)));
  show(element("h1", {}, word("customers")), ...TIERS.map((tier, index) => tierSheet(tier, pages[index])));
}

function customersOf(tier, cursor = "") {
  return get("/customers", { tier, page_size: PAGE_SIZE, cursor });
}

function tierSheet(tier, page) {
  const rows = element("tbody", {}, page.items.map(row));
  const count = element("span", { class: "count" });
  const more = element("button", { class: "quiet", type: "button" }, word("more"));
  const foot = element("div", { class: "foot" }, more);
  let cursor = page.next_cursor;

  function settle() {
    count.textContent = cursor ? `${rows.children.length} ${word("atLeast")}` : `${rows.children.length}`;
    foot.hidden = !cursor;
  }

  more.addEventListener("click", () =>
    attempt(more, async () => {
      const next = await customersOf(tier, cursor);
      rows.append(...next.items.map(row));
      cursor = next.next_cursor;
      settle();
    }),
  );
  settle();
  const heads = ["name", "owner", "region", "lastLog", "since"].map((head) => element("th", { scope: "col" }, word(head)));
  const table = element("table", {}, element("thead", {}, element("tr", {}, heads)), rows);
  return element(
    "section",
    { class: `sheet tier tier-${tier}` },
    element("header", {}, element("h2", {}, word(tier)), count),
    page.items.length ? element("div", { class: "scroll" }, table) : null,
    foot,
  );
}

function row(customer) {
  const cells = [customer.name, customer.owner_name ?? "–", customer.region || "–", day(customer.last_log_on), day(customer.tier_since)];
  return element("tr", {}, cells.map((cell) => element("td", {}, cell)));
}
