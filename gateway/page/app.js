// The first look: signs in, and shows customers, to-dos and messages. The console takes its place later.

import { Problem, change, get, keepSession } from "./api.js";
import { showCustomers } from "./customers.js";
import { attempt, element, notify, show } from "./elements.js";
import { showMessages } from "./messages.js";
import { showTasks } from "./tasks.js";
import { language, switchLanguage, word } from "./words.js";

const PLACES = { customers: showCustomers, tasks: showTasks, messages: showMessages };
const menu = document.getElementById("menu");
const signOut = document.getElementById("sign-out");
const who = document.getElementById("who");

let isSignedIn = false;

async function start() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  const switcher = document.getElementById("language");
  switcher.textContent = word("other");
  switcher.addEventListener("click", switchLanguage);
  signOut.textContent = word("signOut");
  signOut.addEventListener("click", () => attempt(signOut, async () => {
    await change("DELETE", "/session", {});
    location.hash = "";
    showSignIn();
  }));
  window.addEventListener("hashchange", () => isSignedIn && showPlace());
  await guarded(async () => enter(keepSession(await get("/session"))));
}

/** Whatever happens in it, a session that is over leads back to the sign-in. */
async function guarded(work) {
  try {
    await work();
  } catch (error) {
    if (error instanceof Problem && error.status === 401) {
      showSignIn();
    } else {
      notify(error.message, { isError: true });
    }
  }
}

async function enter(session) {
  if (session.must_change_password) {
    showPasswordChange();
    return;
  }
  isSignedIn = true;
  who.textContent = [session.user.name, session.user.department_name].filter(Boolean).join(" · ");
  menu.hidden = signOut.hidden = false;
  await showPlace();
}

async function showPlace() {
  const place = location.hash.slice(1) in PLACES ? location.hash.slice(1) : "customers";
  await guarded(async () => {
    await Promise.all([PLACES[place](refreshMenu), drawMenu(place)]);
    document.getElementById("main").focus({ preventScroll: true });
    window.scrollTo(0, 0);
  });
}

const refreshMenu = () => guarded(() => drawMenu(location.hash.slice(1) || "customers"));

async function drawMenu(place) {
  const [counts, counters] = await Promise.all([get("/processes/counts", { box: "todo" }), get("/counters")]);
  const waiting = { tasks: counts.total, messages: counters.total };
  menu.replaceChildren(
    ...Object.keys(PLACES).map((name) =>
      element(
        "a",
        { href: `#${name}`, "aria-current": name === place ? "page" : null },
        word(name),
        waiting[name] ? element("span", { class: "badge" }, waiting[name]) : null,
      ),
    ),
  );
}

function showSignIn() {
  isSignedIn = false;
  who.textContent = "";
  menu.hidden = signOut.hidden = true;
  const login = element("input", { name: "login", autocomplete: "username", required: true });
  const password = element("input", { name: "password", type: "password", autocomplete: "current-password", required: true });
  showForm(word("signIn"), word("signIn"), [[word("login"), login], [word("password"), password]], async () => {
    await enter(keepSession(await change("POST", "/session", { login: login.value, password: password.value })));
  });
  login.focus();
}

function showPasswordChange() {
  signOut.hidden = false;
  const current = element("input", { type: "password", autocomplete: "current-password", required: true });
  const wanted = element("input", { type: "password", autocomplete: "new-password", required: true, minlength: 8 });
  const fields = [[word("currentPassword"), current], [word("newPassword"), wanted]];
  showForm(word("changePassword"), word("save"), fields, async () => {
    await change("PUT", "/session/password", { current_password: current.value, new_password: wanted.value });
    await enter(keepSession(await get("/session")));
  });
}

function showForm(title, action, fields, work) {
  const button = element("button", { type: "submit" }, action);
  const form = element(
    "form",
    { class: "sheet narrow stack" },
    element("h1", {}, title),
    fields.map(([name, control]) => element("label", {}, name, control)),
    button,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(button, work);
  });
  show(form);
}

start();
