// My messages: unread first.

import { change, get } from "./api.js";
import { attempt, element, show } from "./elements.js";
import { language, moment, word } from "./words.js";

export async function showMessages(refreshMenu) {
  const page = await get("/messages", { page_size: 100 });
  const list = element("div", { class: "sheet" }, page.items.map(message));
  const read = element("button", { class: "quiet", type: "button" }, word("markAllRead"));
  read.addEventListener("click", () =>
    attempt(read, async () => {
      await change("POST", "/messages/read", { ids: null });
      list.querySelectorAll(".unread").forEach((each) => each.classList.remove("unread"));
      refreshMenu();
    }),
  );
  const head = element("div", { class: "head" }, element("h1", {}, word("messages")), page.items.length ? read : null);
  show(head, page.items.length ? list : element("p", { class: "sheet empty" }, word("noMessages")));
}

function message(item) {
  return element(
    "article",
    { class: item.read ? "message" : "message unread" },
    element("time", { class: "soft", datetime: item.posted_at }, moment(item.posted_at)),
    element("strong", {}, item.title[language]),
    element("p", {}, item.text[language]),
  );
}
