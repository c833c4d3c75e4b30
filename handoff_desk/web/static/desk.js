// Keeps an open page true: what changed is fetched anew from the server and swapped in.
// Everything also works without this script, by forms and reloads.
"use strict";

document.documentElement.classList.add("js");
const csrf = document.querySelector('meta[name="csrf"]')?.content ?? "";
const page = document.querySelector("[data-sender]");
const ticket = Number(page?.dataset.ticket ?? 0);
const sender = page?.dataset.sender ?? "";
const byId = (id) => document.getElementById(id);

// --- Parts of the page -----------------------------------------------------------------------

const running = new Map();

/** Fetch a part anew; calls during a fetch lead to one more after it. */
async function refresh(part) {
  if (running.has(part)) {
    running.set(part, true);
    return;
  }
  running.set(part, false);
  try {
    const answer = await fetch(part.dataset.src, { headers: { Accept: "text/html" } });
    if (answer.redirected || answer.status === 401) {
      location.reload(); // logged out: the server asks to log in again
      return;
    }
    if (answer.ok) swap(part, await answer.text());
  } catch {
    // The next change, or the next connection, tries again.
  }
  const again = running.get(part);
  running.delete(part);
  if (again) refresh(part);
}

function swap(part, html) {
  const atEnd = part.scrollHeight - part.scrollTop - part.clientHeight < 60;
  morph(part, html);
  if (atEnd) part.scrollTop = part.scrollHeight;
  ready(part);
  part.dispatchEvent(new Event("swapped"));
}

const parts = (kind) => document.querySelectorAll(`[data-live="${kind}"]`);
const refreshAll = () => document.querySelectorAll("[data-live]").forEach(refresh);

// --- The stream of changes -------------------------------------------------------------------

function listen() {
  const source = new EventSource(`/live?${new URLSearchParams({ sender })}`);
  source.addEventListener("hello", () => {
    byId("offline")?.setAttribute("hidden", "");
    refreshAll(); // whatever was missed while there was no connection
  });
  source.addEventListener("change", (event) => heard(JSON.parse(event.data)));
  source.addEventListener("error", () => {
    byId("offline")?.removeAttribute("hidden");
    // The browser tries again by itself, except after an answer that is no stream.
    if (source.readyState === EventSource.CLOSED) {
      refreshAll(); // if nobody is logged in any more, this leads to the login page
      setTimeout(listen, 2000);
    }
  });
}

function heard(change) {
  if (change.kind === "typing") {
    if (change.ticket_id === ticket) showTyping(change.detail);
    return;
  }
  parts("inbox").forEach(refresh);
  if (change.kind === "message" && change.sender === sender) parts("conversation").forEach(refresh);
  if (ticket && change.kind === "ticket" && change.ticket_id === ticket) {
    parts("conversation").forEach(refresh);
    parts("ticket").forEach(refresh);
  }
}

let typingTimer = 0;
function showTyping(name) {
  const line = byId("typing");
  if (!line || name === line.dataset.me) return;
  line.textContent = `${name} sedang menulis …`;
  clearTimeout(typingTimer);
  typingTimer = setTimeout(() => { line.textContent = ""; }, 4000);
}

// --- Waiting customers: title, sound, clocks -------------------------------------------------

const title = document.title;
// What calls for attention in each part; more of it than before is heard.
const calls = new Map();

function countCalls(part) {
  const mark = part.querySelector("#waiting");
  const waiting = Number(mark?.dataset.waiting ?? 0);
  if (mark) document.title = waiting ? `(${waiting}) ${title}` : title;
  const count = waiting + part.querySelectorAll(".late, [role=alert]").length;
  if (count > (calls.get(part) ?? count)) beep();
  calls.set(part, count);
}

let audio = null;
function beep() {
  if (!audio) return;
  [[880, 0], [1175, 0.14]].forEach(([tone, delay]) => {
    const sound = audio.createOscillator();
    const volume = audio.createGain();
    sound.frequency.value = tone;
    volume.gain.setValueAtTime(0.15, audio.currentTime + delay);
    volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + delay + 0.25);
    sound.connect(volume).connect(audio.destination);
    sound.start(audio.currentTime + delay);
    sound.stop(audio.currentTime + delay + 0.3);
  });
}

// Browsers allow sound only after a click; the wish is remembered.
const soundButton = byId("sound");
function setSound(on) {
  audio = on ? audio ?? new AudioContext() : null;
  soundButton?.setAttribute("aria-pressed", String(on));
  if (soundButton) soundButton.textContent = on ? "Bunyi: hidup" : "Bunyi: mati";
  localStorage.setItem("sound", on ? "on" : "off");
}
soundButton?.addEventListener("click", () => { setSound(!audio); beep(); });
if (localStorage.getItem("sound") === "on") {
  addEventListener("pointerdown", () => audio ?? setSound(true), { once: true });
}

function duration(seconds) {
  const days = Math.floor(seconds / 86400);
  const hours = Math.floor(seconds / 3600) % 24;
  const minutes = Math.floor(seconds / 60) % 60;
  if (days) return `${days} hr ${hours} jam`;
  if (hours) return `${hours} jam ${minutes} mnt`;
  if (minutes) return `${minutes} mnt ${Math.floor(seconds % 60)} dtk`;
  return `${Math.floor(seconds)} dtk`;
}
setInterval(() => {
  for (const one of document.querySelectorAll("[data-since]")) {
    one.textContent = duration(Math.max(0, Date.now() / 1000 - Number(one.dataset.since)));
  }
}, 1000);

// --- The reply box ---------------------------------------------------------------------------

/** Send a form in the background; an error keeps what was typed and says what to do. */
async function send(form, extra = {}) {
  const body = new URLSearchParams(new FormData(form));
  for (const [name, value] of Object.entries(extra)) body.set(name, value);
  const problem = byId("problem");
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body,
      headers: { Accept: "application/json", "X-CSRF-Token": csrf },
    });
    if (answer.ok) {
      problem?.setAttribute("hidden", "");
      return true;
    }
    const told = await answer.json().catch(() => ({}));
    show(problem, told.message ?? `Belum tersimpan (${answer.status}). Muat ulang halaman, lalu coba lagi.`);
  } catch {
    show(problem, "Belum terkirim: server tidak terjangkau. Teks Anda masih ada; coba kirim lagi.");
  }
  return false;
}

function show(problem, text) {
  if (!problem) return;
  problem.textContent = text;
  problem.removeAttribute("hidden");
}

const draft = `draft:${ticket}`;
let typedAt = 0;
let sending = false;
// One key for one text, until it was sent: sent twice, it is still one answer.
let key = "";
const newKey = () => crypto.randomUUID?.() ?? String(Math.random()).slice(2);

function readyReply(form) {
  const text = form.querySelector("textarea");
  if (!sending) text.value ||= sessionStorage.getItem(draft) ?? "";
  text.addEventListener("input", () => {
    sessionStorage.setItem(draft, text.value);
    if (!sending) key = "";
    if (Date.now() - typedAt > 2500) {
      typedAt = Date.now();
      fetch(`/tickets/${ticket}/typing`, { method: "POST", headers: { "X-CSRF-Token": csrf } }).catch(() => {});
    }
  });
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (text.value.trim()) form.requestSubmit();
    }
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (sending) return;
    sending = true;
    key ||= newKey();
    const sent = text.value;
    text.value = ""; // free for the next text
    text.focus();
    if (await send(form, { key, text: sent })) {
      key = "";
      parts("conversation").forEach(refresh);
    } else {
      text.value = text.value ? `${sent}\n${text.value}` : sent;
    }
    sessionStorage.setItem(draft, text.value);
    sending = false;
  });
  form.addEventListener("change", (event) => {
    if (event.target.id !== "canned") return; // which may not have been there at first
    const variables = JSON.parse(form.dataset.variables);
    const filled = event.target.value.replace(/\{(\w+)\}/g, (all, name) => variables[name] ?? all);
    text.value = text.value ? `${text.value} ${filled}` : filled;
    event.target.value = "";
    text.dispatchEvent(new Event("input"));
    text.focus();
  });
}

function readyNote(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await send(form)) {
      form.reset();
      parts("conversation").forEach(refresh);
    }
  });
}

const listening = new WeakSet();

/** What a part needs after it was put into the page. */
function ready(part) {
  countCalls(part);
  for (const [selector, prepare] of [["#reply", readyReply], ["#note", readyNote]]) {
    const form = part.querySelector(selector);
    if (!form || listening.has(form)) continue;
    listening.add(form);
    prepare(form);
  }
}

for (const part of document.querySelectorAll("[data-live]")) ready(part);
const transcript = byId("transcript");
if (transcript) transcript.scrollTop = transcript.scrollHeight;
if (document.querySelector("[data-live]")) listen();
