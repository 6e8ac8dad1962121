// Elements made from values; text is always text, never markup.

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) {
      made.addEventListener(name.slice(2), value);
    } else if (value === true) {
      made.setAttribute(name, "");
    } else if (value !== false && value !== null && value !== undefined) {
      made.setAttribute(name, value);
    }
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

export function show(...children) {
  document.getElementById("main").replaceChildren(...children);
}

const NOTICE_MILLISECONDS = 6000;

export function notify(text, { isError = false } = {}) {
  const notice = element("p", { class: isError ? "error" : "" }, text);
  document.getElementById("notices").append(notice);
  setTimeout(() => notice.remove(), NOTICE_MILLISECONDS);
}

/** Run what a button or form started; its button waits, and what goes wrong is told. */
export async function attempt(button, work) {
  button.disabled = true;
  try {
    await work();
  } catch (error) {
    notify(error.message, { isError: true });
  } finally {
    button.disabled = false;
  }
}
