// Comfort on top of pages that work without it. Everything is found by data attributes (frontend/README.md).

const all = (selector, root = document) => [...root.querySelectorAll(selector)];

// ── Questions that depend on an answer: data-when="name=value", "name=one|other" or "name=one,other=two" ─
function showWhen(root = document) {
  for (const block of all("[data-when]", root)) {
    const form = block.closest("form");
    const answers = form && new FormData(form);
    block.hidden = !block.dataset.when.split(",").some((condition) => {
      const [name, wanted] = condition.split("=");
      return wanted?.split("|").some((value) => answers?.getAll(name).includes(value));
    });
  }
}
document.addEventListener("change", () => showWhen());
// While typing too: what appears only when a field is left comes too late for the Tab that left it.
document.addEventListener("input", () => showWhen());

// ── How long a text is: data-count="#field" data-text="{n} characters" ──────────────────────────────────
function count(place) {
  const text = document.querySelector(place.dataset.count)?.value ?? "";
  place.textContent = place.dataset.text.replace("{n}", [...text.trim()].length);
}
document.addEventListener("input", () => all("[data-count]").forEach(count));

// ── Long lists filtered while typing: data-filter="#list", items carry data-terms ───────────────────────
// Accents and case are dropped: "guillain barre" finds "Guillain-Barré".
const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/[^a-z0-9]+/g, " ");

function filter(input) {
  const list = document.querySelector(input.dataset.filter);
  const words = plain(input.value).split(" ").filter(Boolean);
  let found = 0;
  for (const item of all("[data-terms]", list)) {
    const terms = plain(item.dataset.terms + " " + item.textContent);
    const fits = words.every((word) => terms.includes(word));
    // What is chosen stays in sight, whatever the filter says.
    item.hidden = !fits && !item.querySelector(":checked");
    found += fits;
  }
  for (const group of all("details", list)) {
    group.hidden = all("[data-terms]", group).every((item) => item.hidden);
    if (group.dataset.wasOpen === undefined) group.dataset.wasOpen = group.open;
    group.open = words.length ? !group.hidden : group.dataset.wasOpen === "true";
  }
  const status = document.querySelector(input.dataset.filterStatus);
  if (status) {
    const { none, one, many } = status.dataset;
    status.textContent = !words.length ? "" : found === 0 ? none : found === 1 ? one : many.replace("{n}", found);
  }
}
document.addEventListener("input", (event) => {
  if (event.target.matches("[data-filter]")) filter(event.target);
});

// ── Asking before an act that cannot be undone: <form data-confirm="dialog-id"> ─────────────────────────
// The dialog's button is a submit button of that form named "confirmed"; without JavaScript the server asks.
function fill(dialog, form) {
  for (const place of all("[data-fill]", dialog)) {
    const chosen = form.elements[place.dataset.fill];
    const input = chosen instanceof RadioNodeList ? [...chosen].find((one) => one.checked) : chosen;
    const option = input?.selectedOptions?.[0];
    const label = input && (option ?? (input.type === "radio" ? input.labels[0] : null));
    place.textContent = label ? label.textContent.trim() : (input?.value ?? "");
  }
}
document.addEventListener("submit", (event) => {
  const form = event.target;
  const dialog = form.dataset.confirm && document.getElementById(form.dataset.confirm);
  if (dialog && event.submitter?.name !== "confirmed" && form.checkValidity()) {
    event.preventDefault();
    fill(dialog, form);
    dialog.showModal();
    return;
  }
  // A second click sends nothing: the first is on its way. Downloads keep the page, so they are left alone.
  if (form.method === "post" && !("again" in form.dataset)) {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    busy(event.submitter);
    setTimeout(() => delete form.dataset.sent, 10000);
  }
});
// Files take their time: the button says so (data-busy) until the next page is there.
function busy(button) {
  if (!button?.dataset.busy || button.dataset.idle) return;
  button.dataset.idle = button.innerHTML;
  button.textContent = button.dataset.busy;
}
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) document.getElementById(opener.dataset.open)?.showModal();
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  if (event.target.closest("[data-print]")) window.print();
});
window.addEventListener("pageshow", () => {
  all("form[data-sent]").forEach((form) => delete form.dataset.sent);
  for (const button of all("[data-idle]")) {
    button.innerHTML = button.dataset.idle;
    delete button.dataset.idle;
  }
});

// ── Autosave: htmx sends the form and shows the answer in .saved; here only what happens when it fails ──
const retryAfter = 5000;
document.addEventListener("htmx:sendError", failed);
document.addEventListener("htmx:responseError", failed);
function failed(event) {
  const form = event.detail.elt;
  const status = document.querySelector(form.dataset.autosave ?? "#none");
  if (!status) return;
  status.classList.add("is-failed");
  status.textContent = status.dataset.failed;
  clearTimeout(form.retry);
  form.retry = setTimeout(() => form.dispatchEvent(new Event("autosave")), retryAfter);
}
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) document.querySelector(event.detail.elt.dataset.autosave ?? "#none")?.classList.remove("is-failed");
});
// Leaving by a link or another form: what was typed in the last second is saved first, or the next page would
// show the section as it was before.
const longestWait = 3000;
let leaving = null;
for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => event.target.form?.matches("[data-autosave]") && (event.target.form.changed = true));
}
document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.detail.elt;
  if (form.matches("[data-autosave]")) [form.changed, form.saving] = [false, event.detail.xhr];
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt;
  if (form.saving !== event.detail.xhr) return; // an older one, overtaken by the next
  form.saving = null;
  leaving?.();
});
function saveFirst(event, go) {
  const form = document.querySelector("form[data-autosave]");
  if (!form || event.target === form || !(form.changed || form.saving)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const onward = setTimeout(() => leaving?.(), longestWait);
  leaving = () => {
    clearTimeout(onward);
    leaving = form.changed = form.saving = null;
    go();
  };
  if (form.changed) form.dispatchEvent(new Event("autosave"));
}
document.addEventListener("submit", (event) => saveFirst(event, () => event.target.requestSubmit(event.submitter)), true);
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const stays = !link || link.target || link.hash || event.ctrlKey || event.metaKey || event.shiftKey;
  if (!stays) saveFirst(event, () => link.click());
}, true);
// After the session's end the server answers with the sign-in page: it must not land inside this one.
document.addEventListener("htmx:beforeSwap", (event) => {
  const answered = event.detail.xhr.responseURL;
  if (answered && new URL(answered).pathname === document.querySelector("#session-ended a")?.pathname) {
    event.detail.shouldSwap = false;
    end();
  }
});
document.addEventListener("htmx:afterSettle", () => showWhen());

// ── The session's end, told two minutes before ──────────────────────────────────────────────────────────
// It ends when nobody used it for a while, here or in another window; and at the end of the day in any case.
// So the server is asked before anything is said: it knows what the other windows did.
const warning = document.getElementById("session-ends");
const warnBefore = 120;
let timers = [];
let lastMinutesTold = false;
function watch(seconds) {
  timers.forEach(clearTimeout);
  timers = [
    setTimeout(warn, Math.max(0, seconds - warnBefore) * 1000),
    setTimeout(over, seconds * 1000),
  ];
}
const seconds = (answer, name) => Number(answer.headers.get(name));
const ask = (method, headers = {}) => fetch(warning.dataset.keep, { method, headers }).catch(() => null);
async function warn() {
  const answer = await ask("GET");
  const left = answer?.status === 204 ? seconds(answer, "X-Session-Left") : 0;
  if (left > warnBefore) return watch(left);
  const isLast = left && seconds(answer, "X-Session-Left-In-All") <= left + 1;
  if (isLast && lastMinutesTold) return;
  lastMinutesTold = isLast;
  warning.querySelector("[data-warn-idle]").hidden = isLast;
  warning.querySelector("[data-warn-last]").hidden = !isLast;
  if (!warning.open) warning.showModal();
}
async function over() {
  const answer = await ask("GET");
  if (answer?.status === 204 && seconds(answer, "X-Session-Left") > 0) return watch(seconds(answer, "X-Session-Left"));
  end();
}
// What saves itself is use, too.
document.addEventListener("htmx:afterRequest", (event) => {
  const left = Number(event.detail.xhr?.getResponseHeader("X-Session-Left"));
  if (warning && left) watch(left);
});
function end() {
  warning?.close();
  const ended = document.getElementById("session-ended");
  if (ended && !ended.open) ended.showModal();
}
// Signing in again by way of the form: what was typed since the last autosave goes along.
document.querySelector("#session-ended a")?.addEventListener("click", (event) => {
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  event.preventDefault();
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "then", value: "stay" }));
  form.submit();
});
async function stay() {
  const answer = await ask("POST", { "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value });
  if (answer?.status !== 204) return end();
  warning.close();
  watch(seconds(answer, "X-Session-Left"));
}
if (warning) {
  watch(Number(warning.dataset.sessionLeft));
  warning.querySelector("[data-stay]").addEventListener("click", stay);
}

// ── On arrival ──────────────────────────────────────────────────────────────────────────────────────────
showWhen();
all("[data-count]").forEach(count);
document.querySelector("[data-focus]")?.focus();
