// What a page gains when scripts run. Every form and link here works without.

const all = (selector, root = document) => [...root.querySelectorAll(selector)];

/** A form is sent once; its button says that it is busy meanwhile. */
function sendOnce(event) {
  const form = event.target;
  if (event.defaultPrevented) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
}

/** Coming back by the browser's own button, the page is as it was left. */
function readyAgain() {
  for (const form of all("form[data-sent]")) delete form.dataset.sent;
  for (const button of all("button[aria-busy]")) button.removeAttribute("aria-busy");
}

/** Asks before a button that says so; without scripts the server asks. */
function confirmFirst(event) {
  const { submitter, target: form } = event;
  const question = submitter?.dataset.confirm;
  const dialog = document.querySelector("dialog#confirm");
  if (!question || !dialog || submitter.dataset.confirmed) return;
  event.preventDefault();
  dialog.querySelector("[data-question]").textContent = question;
  dialog.querySelector("[value=yes]").textContent = submitter.textContent.trim();
  dialog.returnValue = "";
  dialog.addEventListener("close", () => {
    if (dialog.returnValue !== "yes") return;
    submitter.dataset.confirmed = "yes";
    form.requestSubmit(submitter);
  }, { once: true });
  dialog.showModal();
}

/** The theme changes at once, and the server is told to remember it. */
function switchTheme(event) {
  const form = event.target.closest("form[data-theme-switch]");
  const theme = event.submitter?.value;
  if (!form || !theme) return;
  event.preventDefault();
  document.documentElement.dataset.theme = theme;
  for (const button of all("button", form))
    button.setAttribute("aria-pressed", String(button.value === theme));
  const told = new FormData(form, event.submitter);
  fetch(form.action, { method: "POST", body: new URLSearchParams(told) });
}

/** A picker narrows its choices while one types. */
function narrow(picker) {
  const typed = picker.querySelector("input[type=search]");
  const choices = picker.querySelector("[data-choices]");
  let wait = 0;
  const fill = async () => {
    const address = new URL(picker.dataset.options, location.href);
    address.searchParams.set("q", typed.value);
    const answer = await fetch(address, { headers: { accept: "text/html" } });
    if (answer.ok) choices.innerHTML = await answer.text();
  };
  typed.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(fill, 150);
  });
}

/** What was sent has arrived when the answer says so: its draft may go. */
function dropSentDraft() {
  const sent = sessionStorage.getItem("sent");
  if (!sent || !document.querySelector("[data-level=done]")) return;
  localStorage.removeItem(sent);
  sessionStorage.removeItem("sent");
}

addEventListener("submit", switchTheme);
addEventListener("submit", confirmFirst);
addEventListener("submit", sendOnce);
addEventListener("pageshow", readyAgain);
all("[data-options]").forEach(narrow);
for (const select of all("form[data-filter] select"))
  select.addEventListener("change", () => select.form.requestSubmit());
document.querySelector("[data-focus]")?.focus();
dropSentDraft();
