// Corrects the emotion of messages by one key, and in the background. Without this script the same
// buttons are forms. Needs desk.js.
"use strict";

{
  const talk = byId("transcript");
  const form = byId("labelling");
  const notice = byId("labelled");
  const KEYS = { 1: 0, 2: 1, 3: 2, 4: 3, 5: 4 };
  let chosen = ""; // id of the message that keys are about
  const undo = []; // what takes each deed back, the latest last

  const all = () => [...talk.querySelectorAll(".message")].filter((one) => one.querySelector(".tools"));
  const current = () => (chosen ? byId(chosen) : null);

  function choose(message) {
    for (const one of talk.querySelectorAll("[aria-current]")) one.removeAttribute("aria-current");
    chosen = message?.id ?? "";
    message?.setAttribute("aria-current", "true");
  }

  /** To the next message of the customer, or the one before; first of all, to the last one. */
  function step(by) {
    const messages = all();
    const here = messages.indexOf(current());
    const next = here < 0 ? messages.at(-1) : messages[here + by];
    if (!next) return;
    choose(next);
    next.scrollIntoView({ block: "nearest" });
    next.querySelector("summary").focus({ preventScroll: true });
  }

  async function post(address, label) {
    const problem = byId("problem");
    try {
      const answer = await fetch(address, {
        method: "POST",
        body: new URLSearchParams(label ? { label } : {}),
        headers: { Accept: "application/json", "X-CSRF-Token": csrf },
      });
      const told = await answer.json().catch(() => ({}));
      if (answer.ok) {
        problem?.setAttribute("hidden", "");
        parts("conversation").forEach(refresh);
        return told;
      }
      show(problem, told.message ?? `Belum tersimpan (${answer.status}). Muat ulang halaman, lalu coba lagi.`);
    } catch {
      show(problem, "Belum tersimpan: server tidak terjangkau. Coba lagi.");
    }
    return null;
  }

  function say(text) {
    notice.removeAttribute("hidden");
    notice.querySelector("[role=status]").textContent = text;
    notice.querySelector("button").toggleAttribute("hidden", undo.length === 0);
  }

  async function press(button) {
    const address = button.getAttribute("formaction");
    const tools = button.closest(".tools");
    if (tools.open) {
      tools.open = false;
      tools.querySelector("summary").focus({ preventScroll: true });
    }
    const told = await post(address, button.value);
    if (!told) return;
    const base = `/messages/${told.message}`;
    if ("missed" in told) undo.push([told.missed ? `${base}/missed/remove` : `${base}/missed`]);
    else if (told.before) undo.push([`${base}/label`, told.before]);
    else if (told.label) undo.push([`${base}/label/remove`]);
    say(told.told);
  }

  async function takeBack() {
    const last = undo.pop();
    if (!last) return;
    const told = await post(...last);
    if (told) say(`Diurungkan. ${told.told}`);
    else undo.push(last);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter) press(event.submitter);
  });
  notice.querySelector("button").addEventListener("click", takeBack);
  talk.addEventListener("click", (event) => {
    const message = event.target.closest(".message");
    if (message?.querySelector(".tools")) choose(message);
  });
  talk.addEventListener("focusin", (event) => {
    const message = event.target.closest(".message");
    if (message) choose(message);
  });
  talk.addEventListener("toggle", (event) => {
    if (event.target.open) event.target.scrollIntoView({ block: "nearest" });
  }, true);
  talk.addEventListener("swapped", () => choose(current()));

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.closest("input, textarea, select")) return;
    const find = (selector) => current()?.querySelector(selector);
    switch (event.key) {
      case "j": step(1); break;
      case "k": step(-1); break;
      case "u": takeBack(); break;
      case "0": if (find(".remove")) press(find(".remove")); break;
      case "t": if (find(".missed")) press(find(".missed")); break;
      default: {
        const button = event.key in KEYS && current()?.querySelectorAll("button[name=label]")[KEYS[event.key]];
        if (!button) return;
        press(button);
      }
    }
    event.preventDefault();
  });
}
