// What a page gains where scripts run.  Every form and link works without.

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const html = async (address) => {
  const answer = await fetch(address, { headers: { accept: "text/html" } });
  const text = answer.ok ? await answer.text() : "";
  return new DOMParser().parseFromString(text, "text/html");
};

/** A form is sent once; its button says that it is busy meanwhile. */
function sendOnce(event) {
  if (event.defaultPrevented || event.submitter?.formTarget) return;
  if (event.target.dataset.sent) return event.preventDefault();
  event.target.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
}

/** Whoever comes back by the browser's own button finds the page as it was. */
function readyAgain() {
  for (const form of all("form[data-sent]")) delete form.dataset.sent;
  for (const button of all("[aria-busy]")) button.removeAttribute("aria-busy");
}

/** Asks here what another page would ask: are you sure, and why? */
async function askHere(event) {
  const link = event.target.closest("a[data-ask]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const form = (await html(link.href)).querySelector("main form");
  if (!form) return location.assign(link.href);
  form.action = link.href;
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-label", link.textContent.trim());
  dialog.append(form);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (click) => {
    if (!click.target.closest("a")) return;
    click.preventDefault();
    dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
}

/** The theme changes at once, and the server is told to remember it. */
function switchTheme(event) {
  const form = event.target.closest("[data-theme-switch]");
  if (!form) return;
  event.preventDefault();
  const theme = event.submitter.value;
  document.documentElement.dataset.theme = theme;
  for (const button of all("button", form))
    button.setAttribute("aria-pressed", String(button.value === theme));
  const told = new URLSearchParams(new FormData(form, event.submitter));
  fetch(form.action, { method: "POST", body: told, redirect: "manual" });
}

/** A picker narrows its choices while one types, and keeps what was picked. */
function narrow(picker) {
  const [picked, search, choices] = ["picked", "search", "choices"].map((part) =>
    picker.querySelector(`[data-${part}]`),
  );
  if (!search || !choices || choices.children.length < 8) return;
  search.hidden = false;
  const fill = async (words) => {
    const address = new URL(picker.dataset.options, location.href);
    address.searchParams.set("q", words);
    const found = await html(address);
    for (const box of all("input:checked", choices)) picked.append(box.closest("label"));
    const known = new Set(all("input", picked).map((box) => box.value));
    choices.replaceChildren(
      ...[...found.body.children].filter(
        (each) => !known.has(each.querySelector("input")?.value),
      ),
    );
  };
  let waiting;
  search.addEventListener("input", (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(fill, 150, event.target.value);
  });
}

/** A draft may go once the answer says that what was sent has arrived. */
function dropSentDraft() {
  const sent = sessionStorage.getItem("sent");
  if (!sent || !document.querySelector("[data-level=done]")) return;
  localStorage.removeItem(sent);
  sessionStorage.removeItem("sent");
}

/** The numbers of a page follow the server's while somebody looks at them. */
function keepUp(shown) {
  const told = shown.map(({ dataset: { sold, left, changed } }) => sold ?? left ?? changed);
  const of = [...new Set(told)].slice(0, 100).map((id) => ["of", id]);
  let source, waiting, pause = 3000;
  const hear = ({ data }) => {
    const { id, ...news } = JSON.parse(data);
    pause = 3000;
    for (const { dataset } of shown)
      if (dataset.changed === id && dataset.mark !== news.changed) return location.reload();
    for (const each of shown)
      for (const what of ["sold", "left"])
        if (each.dataset[what] === id && news[what] != null) each.textContent = news[what];
  };
  const leave = () => (clearTimeout(waiting), source?.close());
  const listen = () => {
    leave();
    if (document.hidden) return;
    source = new EventSource(`/live?${new URLSearchParams(of)}`);
    source.onmessage = hear;
    source.onerror = () => {
      if (source.readyState !== EventSource.CLOSED) return; // it comes back by itself
      waiting = setTimeout(listen, pause * (0.5 + Math.random()));
      pause = Math.min(pause * 2, 60000);
    };
  };
  document.addEventListener("visibilitychange", listen);
  addEventListener("pagehide", leave);
  addEventListener("pageshow", listen);
}

/** What it comes to, while one chooses; the server reckons again. */
function addUp(form) {
  const total = form.querySelector("[data-total]");
  const format = new Intl.NumberFormat("en-GB", {
    style: "currency",
    currency: total.dataset.total,
  });
  const { maximumFractionDigits: decimals } = format.resolvedOptions();
  const reckon = () => {
    const chosen = all("[data-amount]", form).map(({ value, dataset }) =>
      /^[0-9]{0,6}$/.test(value.trim()) ? value * dataset.amount : NaN,
    );
    const sum = chosen.reduce((one, other) => one + other, 0);
    if (!Number.isNaN(sum)) total.textContent = format.format(sum / 10 ** decimals);
  };
  form.addEventListener("input", reckon);
  reckon();
  for (const button of all("[data-without-scripts]", form)) button.hidden = true;
}

addEventListener("submit", switchTheme);
addEventListener("submit", sendOnce);
addEventListener("click", askHere);
addEventListener("pageshow", readyAgain);
for (const picker of all("[data-options]")) narrow(picker);
for (const select of all("form[data-filter] select"))
  select.addEventListener("change", () => select.form.requestSubmit());
for (const form of all("form:has([data-total])")) addUp(form);
const numbers = all("[data-sold], [data-left], [data-changed]");
if (numbers.length) keepUp(numbers);
document.querySelector("[data-focus]")?.focus();
dropSentDraft();
