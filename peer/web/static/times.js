// When it is by the reader's own clock, where that shows another time.

for (const line of document.querySelectorAll("[data-yours]")) {
  const told = line.dataset.yours;
  const when = new Date(told);
  const here = -when.getTimezoneOffset();
  const [, sign, hours, minutes] = told.match(/([+-])(\d\d):(\d\d)$/) ?? [null, "+", 0, 0];
  const there = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  if (Number.isNaN(when.getTime()) || here === there) continue;
  const shown = when.toLocaleString(document.documentElement.lang, {
    weekday: "short",
    day: "numeric",
    month: "long",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  line.textContent = ` That is ${shown} by your clock (${zone.replaceAll("_", " ")}).`;
  line.hidden = false;
}
