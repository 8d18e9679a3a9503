// The door, where scripts run: no page is loaded between two guests, a camera reads
// codes, and a device without a network goes on alone and tells of it afterwards.

const form = document.querySelector("[data-door]");
const field = form.elements.text;
const parts = ["count", "kinds", "verdict", "tokens", "matches", "conflicts", "log"];
const part = (name, root = document) => root.querySelector(`[data-part="${name}"]`);
const bytes = (text) => new TextEncoder().encode(text);
const hex = (raw) => [...new Uint8Array(raw)].map((b) => b.toString(16).padStart(2, "0")).join("");

// -- what this device knows ---------------------------------------------------------

const place = `door ${form.dataset.list}`;
const unkept = new Map(); // what the browser has no room for, or does not want to keep

function kept(name, otherwise) {
  if (unkept.has(name)) return unkept.get(name);
  try {
    return JSON.parse(localStorage.getItem(`${place} ${name}`)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function keep(name, value) {
  try {
    localStorage.setItem(`${place} ${name}`, JSON.stringify(value));
    unkept.delete(name);
  } catch {
    unkept.set(name, value);
  }
}

/** The keys of the shops and the list of tickets, for when nobody answers. */
async function learn() {
  try {
    const answer = await fetch(form.dataset.list, { headers: { accept: "application/json" } });
    if (answer.ok) keep("list", await answer.json());
  } catch {
    say(); // what was learned before has to do
  }
}

// -- reading a ticket, as peer/protocol/credential.py does -----------------------------

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const HEAD = 26;

function codeIn(text) {
  const plain = text.replace(/[\s-]/g, "").toUpperCase().replace(/O/g, "0").replace(/[IL]/g, "1");
  if (plain.length !== 12 || [...plain].some((each) => !ALPHABET.includes(each))) return null;
  return plain.match(/.{4}/g).join("-");
}

function isToken(text) {
  const plain = text.replace(/\s/g, "").toUpperCase();
  return plain.startsWith("SX") && plain.length > 24;
}

function unpacked(text) {
  const plain = text.replace(/\s/g, "").toUpperCase().slice(3);
  const content = [];
  let held = 0, bits = 0;
  for (const each of plain) {
    const value = BASE32.indexOf(each);
    if (value < 0) return null;
    held = (held << 5) | value;
    bits += 5;
    if (bits >= 8) content.push((held >> (bits -= 8)) & 255);
    held &= (1 << bits) - 1;
  }
  return content.length > HEAD + 64 ? new Uint8Array(content) : null;
}

function slipOf(content) {
  const view = new DataView(content.buffer);
  let number = view.getBigUint64(12), code = "";
  for (let n = 0; n < 12; n += 1) {
    code = ALPHABET[Number(number & 31n)] + code;
    number >>= 5n;
  }
  const body = content.slice(0, -64);
  const order = new TextDecoder().decode(body.slice(HEAD));
  return {
    body,
    signature: content.slice(-64),
    mark: hex(content.slice(4, 12)),
    code: code.match(/.{4}/g).join("-"),
    slug: `${order}-${view.getUint16(20)}`,
  };
}

async function signer(slip, keys) {
  for (const { desk, key } of keys) {
    const raw = Uint8Array.from(atob(key), (each) => each.charCodeAt(0));
    const said = new Uint8Array([...bytes(`sx-ticket-1\0${desk}\0`), ...slip.body]);
    const known = await crypto.subtle.importKey("raw", raw, "Ed25519", false, ["verify"]);
    if (await crypto.subtle.verify("Ed25519", known, slip.signature, said)) return desk;
  }
  return null;
}

async function seatWith(code, list) {
  const mark = hex(await crypto.subtle.digest("SHA-256", bytes(`${list.event}\n${code}`))).slice(0, 32);
  return list.seats.find((each) => each.code === mark);
}

// -- alone -----------------------------------------------------------------------------

const clock = (at) => new Date(at).toTimeString().slice(0, 5);
const verdict = (level, heading, text, seat) => ({ level, heading, text, seat });

/** What a scan comes to, for all that this device knows. */
async function judged(scan) {
  const list = kept("list");
  if (!list) return verdict("error", "Not known", "This device has not seen the list yet, and nobody answers.");
  const known = scan.seat
    ? list.seats.find((each) => each.seat === scan.seat)
    : await (isToken(scan.text) ? judgedToken(scan.text, list) : seatWith(codeIn(scan.text), list));
  if (!known) return verdict("error", "Not found", "No ticket on this device’s list has this code.");
  return known.level ? known : arriving(known, scan);
}

function arriving(seat, scan) {
  const before = kept("queue", []).find((each) => each.for === seat.seat && each.id !== scan.id);
  if (seat.state === "void")
    return verdict("error", "Void: not let in", `${seat.who}: void${seat.reason ? `: ${seat.reason}` : ""}.`);
  if (seat.since || before)
    return verdict("warning", "Already in", `${seat.who}: already in since ${clock(seat.since || before.at)}.`);
  return verdict("done", "Let in", `${seat.who}: 1st entry ${clock(scan.at)}, to be synced.`, seat.seat);
}

async function judgedToken(text, list) {
  const content = unpacked(text);
  if (!content) return verdict("error", "Not genuine", "This ticket cannot be read. Scan it again.");
  const slip = slipOf(content);
  if (slip.mark !== list.mark) return verdict("error", "Not for this event", "This ticket is for another event.");
  const known = await seatWith(slip.code, list);
  if (known) return known;
  let desk = null;
  try {
    desk = await signer(slip, list.keys);
  } catch {
    return verdict("error", "Not known", "This browser cannot check signatures, and the ticket is not on its list.");
  }
  if (!desk) return verdict("error", "Not genuine", "No shop of this event signed this ticket.");
  const seat = `${new URL(desk).origin}/seats/${slip.slug}`;
  if (list.seats.some((each) => each.seat === seat))
    return verdict("error", "Void: not let in", "This ticket was passed on to somebody else.");
  return { seat, who: "Genuine, but not on this device’s list yet", state: "valid" };
}

/** Whoever came in through this door is known to be in, should the network go now. */
async function note(scan) {
  const list = kept("list");
  const seat = scan.seat ? list?.seats.find((each) => each.seat === scan.seat) : await seatOf(scan.text, list);
  if (!seat) return;
  seat.since ||= new Date().toISOString();
  keep("list", list);
}

async function seatOf(text, list) {
  const content = list && isToken(text) ? unpacked(text) : null;
  const code = content ? slipOf(content).code : codeIn(text);
  return code && list ? seatWith(code, list) : null;
}

async function alone(scan) {
  if (!scan.seat && !isToken(scan.text) && !codeIn(scan.text)) return look(scan.text);
  const told = await judged(scan);
  if (told.level === "done") keep("queue", [...kept("queue", []), { ...scan, for: told.seat }]);
  show(told);
}

/** Looks for a name in the list of this device. */
function look(name) {
  const words = name.toLowerCase().split(/\s+/);
  const found = (kept("list")?.seats ?? []).filter((each) =>
    words.every((word) => each.who.toLowerCase().includes(word)),
  );
  const buttons = found.slice(0, 12).map((each) => {
    const button = document.createElement("button");
    button.textContent = `Let in ${each.who}`;
    button.addEventListener("click", () => scanned({ id: crypto.randomUUID(), seat: each.seat }));
    return button;
  });
  if (!found.length) show(verdict("error", "Not found", "Nobody of that name is on this device’s list."));
  else part("verdict").replaceChildren();
  part("matches").replaceChildren(...buttons);
}

function show(told) {
  const box = document.createElement("section");
  box.className = "verdict";
  box.dataset.level = told.level;
  for (const [name, text] of [["h2", told.heading], ["p", told.text]]) {
    const line = document.createElement(name);
    line.textContent = text;
    box.append(line);
  }
  part("verdict").replaceChildren(box);
  part("matches").replaceChildren();
  say();
}

// -- together ------------------------------------------------------------------------------

class Silent extends Error {}

/** Sends a scan as the form would, and takes what has changed out of the page it gets. */
async function send(scan) {
  const told = new URLSearchParams();
  for (const { name, value } of form.querySelectorAll('[data-part="tokens"] input')) told.set(name, value);
  told.set("scan", scan.id);
  for (const name of ["text", "seat", "at"]) if (scan[name]) told.set(name, scan[name]);
  let answer;
  try {
    answer = await fetch(form.action, { method: "POST", body: told, signal: AbortSignal.timeout(5000) });
  } catch (wrong) {
    throw new Silent("nobody answers", { cause: wrong });
  }
  if (answer.status >= 500) throw new Silent("nobody can answer");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!page.querySelector("[data-door]")) return location.reload(); // the link has ended, say
  for (const name of parts) part(name).replaceChildren(...part(name, page).childNodes);
}

/** What other doors have done meanwhile. */
async function refresh() {
  if (document.hidden || form.hasAttribute("aria-busy")) return;
  const answer = await fetch(location.pathname, { headers: { accept: "text/html" } }).catch(() => null);
  const page = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!page || !page.querySelector("[data-door]")) return;
  for (const name of ["count", "kinds", "conflicts", "log"]) part(name).replaceChildren(...part(name, page).childNodes);
}

async function submitted(event) {
  const asked = event.target;
  const seat = asked.elements.seat?.value;
  if (asked.action !== form.action) return; // an undo, or a link for a steward
  event.preventDefault();
  const text = seat ? "" : field.value.trim();
  if (!seat) field.value = "";
  await scanned({ id: crypto.randomUUID(), text, seat });
}

async function scanned(scan) {
  form.setAttribute("aria-busy", "true");
  try {
    await send(scan);
    if (part("verdict").querySelector('[data-level="done"], [data-level="warning"]')) await note(scan);
  } catch (wrong) {
    if (!(wrong instanceof Silent)) throw wrong;
    await alone({ ...scan, at: new Date().toISOString() });
  } finally {
    form.removeAttribute("aria-busy");
    field.focus();
  }
}

/** Tells of those who were let in meanwhile, one after the other. */
async function sync() {
  for (let first; (first = kept("queue", [])[0]); ) {
    try {
      await send(first);
    } catch (wrong) {
      if (!(wrong instanceof Silent)) throw wrong;
      break;
    }
    keep("queue", kept("queue", []).filter((each) => each.id !== first.id));
  }
  say();
}

function say() {
  const waiting = kept("queue", []).length;
  const line = form.querySelector("[data-sync]");
  line.textContent = waiting ? `${waiting} to sync. They are kept on this device until somebody answers.` : "";
}

// -- the camera ------------------------------------------------------------------------------

/** What reads codes: the browser, or where it cannot, a reader of our own. */
async function reader() {
  const known = "BarcodeDetector" in window ? await BarcodeDetector.getSupportedFormats() : [];
  if (known.includes("qr_code")) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (view) => (await detector.detect(view))[0]?.rawValue;
  }
  const { read } = await import(form.dataset.reader);
  const canvas = document.createElement("canvas");
  const drawn = canvas.getContext("2d", { willReadFrequently: true });
  return async (view) => {
    const { videoWidth, videoHeight } = view;
    const scale = Math.min(1, LARGEST / Math.max(videoWidth, videoHeight));
    [canvas.width, canvas.height] = [videoWidth * scale, videoHeight * scale];
    drawn.drawImage(view, 0, 0, canvas.width, canvas.height);
    return read(drawn.getImageData(0, 0, canvas.width, canvas.height));
  };
}

const LARGEST = 800; // across; a ticket that fills the picture has modules of ten dots
const camera = form.querySelector("[data-camera]");
const view = form.querySelector("[data-view]");
const reading = reader().catch(() => null); // now, while there is a network

async function watch() {
  const text = await reading;
  try {
    view.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    camera.hidden = true;
    form.querySelector("[data-sync]").textContent = "The camera may not be used here, or there is none.";
    return;
  }
  view.hidden = false;
  camera.setAttribute("aria-pressed", "true");
  await view.play();
  let last = "", seen = 0;
  while (view.srcObject) {
    const found = view.videoWidth ? await text(view).catch(() => "") : "";
    const again = found === last && Date.now() - seen < 4000;
    if (found && !again) await scanned({ id: crypto.randomUUID(), text: found });
    if (found) [last, seen] = [found, Date.now()];
    await new Promise((next) => setTimeout(next, 150));
  }
}

function stop() {
  for (const track of view.srcObject.getTracks()) track.stop();
  view.srcObject = null;
  view.hidden = true;
  camera.setAttribute("aria-pressed", "false");
}

reading.then((text) => (camera.hidden = !(text && navigator.mediaDevices)));
camera.addEventListener("click", () => (view.srcObject ? stop() : watch()));
document.addEventListener("submit", submitted);
addEventListener("online", sync);
setInterval(sync, 15000);
setInterval(learn, 120000);
setInterval(refresh, 10000);
say();
await learn();
await sync();
