// A small chat window on Rasa's REST channel, as a customer would use it. Messages come from the
// channel's outbox alone, so that nothing is lost over a reconnect and nothing is shown twice.
"use strict";

const rasa = document.body.dataset.rasa;
const log = document.getElementById("log");
const view = log.parentElement;
const form = document.getElementById("say");
const text = document.getElementById("text");
const state = document.getElementById("state");

let sender = localStorage.getItem("demo-sender");
if (!sender) start();

function start() {
  sender = `pelanggan-${Math.random().toString(36).slice(2, 7)}`;
  localStorage.setItem("demo-sender", sender);
}

const shown = new Set();
let cursor = "";
let looking = new AbortController();
let sent = Promise.resolve();

function show(message) {
  if (shown.has(message.id)) return;
  shown.add(message.id);
  log.querySelector(`[data-message-id="${CSS.escape(message.message_id ?? "")}"]`)?.remove();
  const line = bubble(message.from, message.text ?? "", message.name);
  if (message.from === "customer") answered();
  if (message.buttons) line.append(choices(message.buttons));
  log.append(line);
  view.scrollTop = view.scrollHeight;
}

function bubble(from, words, name) {
  const line = document.createElement("li");
  line.className = `message ${from}`;
  if (name) {
    const meta = document.createElement("span");
    meta.className = "meta";
    meta.textContent = name;
    line.append(meta);
  }
  const body = document.createElement("span");
  body.className = "bubble";
  body.textContent = words;
  line.append(body);
  return line;
}

/** What can be answered with one press, until something is answered. */
function choices(buttons) {
  const row = document.createElement("span");
  row.className = "row choices";
  for (const { title, payload } of buttons) {
    const choice = document.createElement("button");
    choice.type = "button";
    choice.textContent = title;
    choice.addEventListener("click", () => {
      text.focus();
      say(payload ?? title);
    });
    row.append(choice);
  }
  return row;
}

const answered = () => log.querySelectorAll(".choices").forEach((one) => one.remove());

async function follow() {
  let wait = 0; // the first answer comes at once, and says that the bot is there
  for (;;) {
    const mine = sender;
    try {
      const address = `${rasa}/webhooks/rest/messages/${encodeURIComponent(mine)}`;
      const query = `from=agent,bot,customer&wait=${wait}&after=${cursor}`;
      const answer = await fetch(`${address}?${query}`, { signal: looking.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const found = await answer.json();
      if (mine !== sender) continue;
      state.textContent = `Anda menulis sebagai ${sender}`;
      found.messages.forEach(show);
      cursor = found.next ?? cursor;
      wait = 25;
    } catch {
      wait = 0;
      if (mine !== sender) continue;
      state.textContent = "Bot belum terjangkau; mencoba lagi …";
      await new Promise((done) => setTimeout(done, 1500));
    }
  }
}

/** Show it as on its way, and send it after those before it. */
function say(words) {
  answered();
  const id = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
  const waiting = bubble("customer pending", words);
  waiting.dataset.messageId = id;
  log.append(waiting);
  view.scrollTop = view.scrollHeight;
  const from = sender;
  sent = sent.then(() => send(from, words, id, waiting));
}

/** Send until the bot has it. The same id is answered once, however often it is sent. */
async function send(from, words, id, waiting) {
  for (let pause = 1000; ; pause = Math.min(pause * 2, 15000)) {
    try {
      const answer = await fetch(`${rasa}/webhooks/rest/webhook`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ sender: from, message: words, metadata: { message_id: id } }),
      });
      if (answer.ok) return;
      if (answer.status < 500) {
        waiting.classList.add("refused");
        state.textContent = "Pesan itu tidak bisa dikirim.";
        return;
      }
    } catch {
      // Tried again below.
    }
    await new Promise((done) => setTimeout(done, pause));
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const words = text.value.trim();
  if (!words) return;
  text.value = "";
  say(words);
});
document.getElementById("again").addEventListener("click", () => {
  start();
  looking.abort(); // the answer for the one before
  looking = new AbortController();
  shown.clear();
  cursor = "";
  log.replaceChildren();
});
follow();
