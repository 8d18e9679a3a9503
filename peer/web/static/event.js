// The pages of an event.

// When it is by the reader's own clock, where that shows another time.

for (const line of document.querySelectorAll("[data-yours]")) {
  const told = line.dataset.yours;
  const when = new Date(told);
  const here = -when.getTimezoneOffset();
  const [, sign, hours, minutes] = told.match(/([+-])(\d\d):(\d\d)$/) ?? [null, "+", 0, 0];
  const there = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  if (Number.isNaN(when.getTime()) || here === there) continue;
  const parts = new Intl.DateTimeFormat(document.documentElement.lang, {
    weekday: "short",
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(when);
  const { weekday, day, month, year, hour, minute } = Object.fromEntries(
    parts.map(({ type, value }) => [type, value]),
  );
  const shown = `${weekday} ${day} ${month} ${year}, ${hour}:${minute}`; // as the page has it
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  line.textContent = ` That is ${shown} by your clock (${zone.replaceAll("_", " ")}).`;
  line.hidden = false;
}

// What stands in a field is copied at a press, and a page that is for paper is printed.

const said = document.querySelector("[data-copied]");

for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  field.addEventListener("focus", () => field.select());
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      said.textContent = "Copied.";
    } catch {
      field.focus();
      said.textContent = "Your browser does not let us: it is selected, copy it yourself.";
    }
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
