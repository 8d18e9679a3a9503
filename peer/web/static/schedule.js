// The form that schedules: what does not apply is put away, rows are added.

const form = document.querySelector("[data-schedule]");
const tickets = form.querySelector("[data-tickets]");

/** Tickets are asked for where there are any. */
function fit() {
  const chosen = form.querySelector("[name=joinMode]:checked")?.value;
  tickets.hidden = chosen !== "external";
  const often = form.querySelector("[name='repeats.every']").value;
  form.querySelector("[data-weekly]").hidden = !["week", "fortnight"].includes(often);
}

/** One more row like the last, under the next number, empty. */
function addRow() {
  const rows = [...tickets.querySelectorAll("[data-ticket]")];
  const last = rows.at(-1);
  const row = last.cloneNode(true);
  const [old, next] = [rows.length, rows.length + 1];
  for (const each of [row, ...row.querySelectorAll("*")])
    for (const name of ["id", "for", "name"])
      if (each.hasAttribute(name))
        each.setAttribute(name, each.getAttribute(name).replace(`ticket-${old}`, `ticket-${next}`));
  row.open = true;
  for (const each of row.querySelectorAll("legend, :scope > summary"))
    each.textContent = `Ticket ${next}`;
  for (const input of row.querySelectorAll("input")) {
    if (!("keep" in input.dataset)) input.value = "";
    input.removeAttribute("aria-invalid");
  }
  row.querySelector(".error")?.remove();
  last.after(row);
  row.querySelector("input").focus();
  more.hidden = next >= 12;
}

const more = tickets.querySelector("[data-more]");
more.hidden = false;
more.querySelector("button").addEventListener("click", addRow);
form.addEventListener("change", fit);
fit();
