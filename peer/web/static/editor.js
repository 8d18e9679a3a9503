// Writing Markdown with less of it: a toolbar, keys, a preview and a local draft
// over each <textarea data-prose>. The words and icons stand in the page, in
// <template id="editor">; without scripts the textarea is all there is.

const around = { bold: ["**", "bold"], italic: ["_", "italic"], code: ["`", "code"] };
const before = { heading: "## ", quote: "> ", list: "- ", numbers: "1. " };
const keys = { b: "bold", i: "italic", k: "link" };
const anyPrefix = /^(#{1,6} |> |[-*] |\d+\. )/;
const item = /^(\s*)([-*>]|(\d+)\.) (.*)$/;

// -- changing the text ---------------------------------------------------------

/** Puts `words` in place of a range, so that Undo can take it back. */
function put(area, start, end, words) {
  area.focus();
  area.setSelectionRange(start, end);
  const [command, value] = words ? ["insertText", words] : ["delete"];
  if (start === end && !words) return;
  if (document.execCommand(command, false, value)) return;
  area.setRangeText(words, start, end, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Sets the selection between two marks, or takes them away again. */
function surround(area, mark, placeholder) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const size = mark.length;
  const marked =
    value.slice(start - size, start) === mark && value.slice(end, end + size) === mark;
  const words = value.slice(start, end) || placeholder;
  if (marked) put(area, start - size, end + size, words);
  else put(area, start, end, mark + words + mark);
  const from = marked ? start - size : start + size;
  area.setSelectionRange(from, from + words.length);
}

/** Begins every selected line with a prefix, or takes it away again. */
function begin(area, prefix) {
  const start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const next = area.value.indexOf("\n", area.selectionEnd);
  const end = next < 0 ? area.value.length : next;
  const lines = area.value.slice(start, end).split("\n");
  const numbered = prefix === before.numbers;
  const begun = (line) => (numbered ? /^\d+\. /.test(line) : line.startsWith(prefix));
  const undo = lines.every(begun);
  const changed = lines.map((line, row) => {
    const bare = line.replace(anyPrefix, "");
    return undo ? bare : (numbered ? `${row + 1}. ` : prefix) + bare;
  });
  put(area, start, end, changed.join("\n"));
}

/** Makes the selection a link and selects what is still to be written. */
function link(area) {
  const { selectionStart: start, selectionEnd: end } = area;
  const chosen = area.value.slice(start, end);
  const isAddress = /^https?:\/\/\S+$/.test(chosen);
  const [words, address] = isAddress ? ["text", chosen] : [chosen || "text", "https://"];
  put(area, start, end, `[${words}](${address})`);
  const from = isAddress || !chosen ? start + 1 : start + words.length + 3;
  area.setSelectionRange(from, from + (isAddress || !chosen ? words : address).length);
}

/** Enter in a list or quote goes on with it; on an empty item it ends it. */
function continueList(event, area) {
  const at = area.selectionStart;
  const start = area.value.lastIndexOf("\n", at - 1) + 1;
  const found = item.exec(area.value.slice(start, at));
  if (!found || at !== area.selectionEnd) return;
  event.preventDefault();
  const [, indent, mark, number, words] = found;
  if (!words.trim()) return put(area, start, at, "");
  put(area, at, at, `\n${indent}${number ? `${Number(number) + 1}.` : mark} `);
}

const each = (table, action) =>
  Object.fromEntries(
    Object.entries(table).map(([name, value]) => [name, (area) => action(area, value)]),
  );

const actions = {
  ...each(around, (area, [mark, placeholder]) => surround(area, mark, placeholder)),
  ...each(before, begin),
  link,
  image: choosePictures,
};

// -- the toolbar ---------------------------------------------------------------

/** One stop for Tab; the arrow keys go from button to button. */
function rove(event, bar) {
  const buttons = [...bar.querySelectorAll("button:not([hidden])")];
  const here = buttons.indexOf(document.activeElement);
  const forward = document.dir === "rtl" ? -1 : 1;
  const goals = {
    ArrowRight: here + forward,
    ArrowLeft: here - forward,
    Home: 0,
    End: buttons.length - 1,
  };
  if (!(event.key in goals)) return;
  event.preventDefault();
  const goal = buttons.at(goals[event.key] % buttons.length);
  for (const button of buttons) button.tabIndex = button === goal ? 0 : -1;
  goal.focus();
}

/** Shows what the text will look like; the server renders it, as it always does. */
async function preview(area, button, pane) {
  const shown = button.getAttribute("aria-pressed") === "true";
  button.setAttribute("aria-pressed", String(!shown));
  area.hidden = !shown;
  pane.hidden = shown;
  if (shown) return area.focus();
  const told = new URLSearchParams({ text: area.value, csrf: area.form.elements.csrf.value });
  const answer = await fetch(area.dataset.preview, { method: "POST", body: told });
  pane.innerHTML = answer.ok ? await answer.text() : "";
  if (!answer.ok) pane.textContent = pane.dataset.failed;
}

function furnish(area, template) {
  const editor = template.content.firstElementChild.cloneNode(true);
  const bar = editor.querySelector("[role=toolbar]");
  const pane = editor.querySelector("[data-pane]");
  const { selectionStart: start, selectionEnd: end } = area;
  const isWriting = document.activeElement === area;
  area.before(editor);
  editor.insertBefore(area, pane);
  if (isWriting) {
    area.focus(); // whoever is writing already goes on where they are
    area.setSelectionRange(start, end);
  }
  bar.setAttribute("aria-controls", area.id);
  bar.addEventListener("keydown", (event) => rove(event, bar));
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.do === "preview") preview(area, button, pane);
    else actions[button?.dataset.do]?.(area);
  });
  area.addEventListener("paste", takePictures);
  area.addEventListener("drop", takePictures);
  area.addEventListener("keydown", (event) => {
    const key = event.ctrlKey || event.metaKey ? keys[event.key.toLowerCase()] : null;
    if (event.key === "Enter" && !event.shiftKey) continueList(event, area);
    if (!key || event.shiftKey || event.altKey) return;
    event.preventDefault();
    actions[key](area);
  });
}

// -- pictures ------------------------------------------------------------------

/** Sends pictures, and writes where they are; what they show is left to be said. */
async function addPictures(area, files) {
  const status = area.parentElement.querySelector("[data-said]");
  for (const file of files) {
    status.textContent = status.dataset.sending;
    const told = new FormData();
    told.set("csrf", area.form.elements.csrf.value);
    told.set("file", file);
    const headers = { accept: "application/json" };
    const answer = await fetch(area.dataset.upload, { method: "POST", body: told, headers });
    const { url, detail } = await answer.json();
    status.textContent = detail ?? "";
    if (!url) return;
    const { selectionEnd: at } = area;
    const { said } = status.dataset;
    put(area, at, at, `![${said}](${url})`);
    area.setSelectionRange(at + 2, at + 2 + said.length);
  }
}

function choosePictures(area) {
  const chooser = document.createElement("input");
  chooser.type = "file";
  chooser.accept = "image/*";
  chooser.addEventListener("change", () => addPictures(area, chooser.files));
  chooser.click();
}

function takePictures(event) {
  const given = (event.clipboardData ?? event.dataTransfer).files;
  const pictures = [...given].filter((file) => file.type.startsWith("image/"));
  if (!pictures.length) return;
  event.preventDefault();
  addPictures(event.target, pictures);
}

// -- a draft on this device ----------------------------------------------------

const isWritten = (one) =>
  one.name && !["hidden", "file", "password", "submit", "button"].includes(one.type);
const saidBy = (one) => (/checkbox|radio/.test(one.type) ? one.checked : one.value);

/** Keeps what is written in a form until it has been sent, and brings it back. */
function keepDraft(form, template) {
  const key = `draft ${location.pathname}`;
  const written = () => [...form.elements].filter(isWritten);
  const said = () => JSON.stringify(written().map((one) => [one.name, saidBy(one)]));
  const served = said();
  const kept = localStorage.getItem(key);
  let wait = 0;
  form.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(() => localStorage.setItem(key, said()), 400);
  });
  form.addEventListener("submit", () => {
    clearTimeout(wait);
    localStorage.setItem(key, said());
    sessionStorage.setItem("sent", key);
  });
  if (!kept || kept === served || form.querySelector("[aria-invalid=true]")) return;
  write(written(), JSON.parse(kept));
  const notice = template.content.firstElementChild.cloneNode(true);
  form.prepend(notice);
  notice.querySelector("button").addEventListener("click", () => {
    write(written(), JSON.parse(served));
    localStorage.removeItem(key);
    notice.remove();
  });
}

/** Fills controls with what was kept, as far as they are still the same ones. */
function write(controls, kept) {
  controls.forEach((one, at) => {
    const [name, value] = kept[at] ?? [];
    if (name !== one.name) return;
    if (typeof value === "boolean") one.checked = value;
    else one.value = value;
  });
}

// -- begin ---------------------------------------------------------------------

const [editor, restored] = ["editor", "restored"].map((id) => document.getElementById(id));
const areas = document.querySelectorAll("textarea[data-prose]");
for (const area of areas) furnish(area, editor);
if (areas.length) keepDraft(areas[0].form, restored);
for (const button of document.querySelectorAll("[data-without-scripts]")) button.remove();
