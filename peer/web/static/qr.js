// Reads a QR code (ISO/IEC 18004, versions 1 to 25) out of a picture, for browsers that
// cannot do it themselves.  Nothing is asked of anybody: it works without a network.

/** The text of the code in `picture` (an ImageData); null where there is none to be read. */
export function read(picture) {
  const image = blackAndWhite(picture);
  for (const corners of candidates(finders(image))) {
    for (const grid of grids(image, corners)) {
      const text = decoded(grid);
      if (text !== null) return text;
    }
  }
  return null;
}

// -- black and white ------------------------------------------------------------------

/** Darker than what is around it is dark: light falls on tickets from one side. */
function blackAndWhite({ data, width, height }) {
  const sums = new Float64Array((width + 1) * (height + 1));
  const light = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    let row = 0;
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 4;
      const value = (data[at] * 77 + data[at + 1] * 150 + data[at + 2] * 29) >> 8;
      light[y * width + x] = value;
      row += value;
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + row;
    }
  }
  const reach = Math.max(8, Math.min(width, height) >> 3);
  const bits = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const [top, end] = [Math.max(0, y - reach), Math.min(height, y + reach)];
    for (let x = 0; x < width; x += 1) {
      const [left, right] = [Math.max(0, x - reach), Math.min(width, x + reach)];
      const sum =
        sums[end * (width + 1) + right] - sums[top * (width + 1) + right] -
        sums[end * (width + 1) + left] + sums[top * (width + 1) + left];
      const mean = sum / ((end - top) * (right - left));
      bits[y * width + x] = light[y * width + x] < mean * 0.92 ? 1 : 0;
    }
  }
  const dark = (x, y) => x >= 0 && y >= 0 && x < width && y < height && bits[(y | 0) * width + (x | 0)] === 1;
  return { width, height, dark };
}

// -- the three corners ----------------------------------------------------------------

const SEEN = [1, 1, 3, 1, 1];

/** How large a module is, if `runs` are as long as those of a line through a corner. */
function module(runs) {
  const one = runs.reduce((sum, run) => sum + run, 0) / 7;
  const fits = runs.every((run, n) => Math.abs(run - SEEN[n] * one) < SEEN[n] * one * 0.55 + 0.6);
  return one >= 1 && fits ? one : 0;
}

/** The runs of a line through a dark spot, and how far its middle is from there. */
function crossed(image, x, y, dx, dy, most) {
  const walk = (sign) => {
    const runs = [0, 0, 0];
    let at = sign > 0 ? 1 : 0;
    for (let n = 0; n < 3; n += 1) {
      while (runs[n] <= most) {
        const [px, py] = [x + sign * dx * at, y + sign * dy * at];
        if (px < 0 || py < 0 || px >= image.width || py >= image.height) break;
        if (image.dark(px, py) !== (n !== 1)) break;
        runs[n] += 1;
        at += 1;
      }
    }
    return runs;
  };
  const [back, on] = [walk(-1), walk(1)];
  const runs = [back[2], back[1], back[0] + on[0], on[1], on[2]];
  return { one: module(runs), off: (on[0] - back[0] + 1) / 2 };
}

function finders(image) {
  const found = [];
  for (let y = 0; y < image.height; y += 2) {
    let runs = [0, 0, 0, 0, 0], was = false;
    for (let x = 0; x <= image.width; x += 1) {
      const dark = x < image.width && image.dark(x, y);
      if (dark === was) {
        runs[4] += 1;
        continue;
      }
      const one = was ? module(runs) : 0;
      if (one) note(image, found, x - runs[4] - runs[3] - runs[2] / 2, y, one);
      runs = [...runs.slice(1), 1];
      was = dark;
    }
  }
  return found.filter((each) => each.count > 1).sort((a, b) => b.count - a.count).slice(0, 12);
}

/** It is one if it looks the same across; seen again, it is the same one. */
function note(image, found, x, y, one) {
  const down = crossed(image, x | 0, y, 0, 1, one * 5);
  if (!down.one) return;
  y += down.off;
  const along = crossed(image, x | 0, y | 0, 1, 0, one * 5);
  if (!along.one) return;
  x = (x | 0) + along.off;
  const size = (down.one + along.one) / 2;
  const same = found.find((each) => Math.hypot(each.x - x, each.y - y) < size * 2);
  if (!same) return found.push({ x, y, size, count: 1 });
  const all = same.count + 1;
  for (const [name, value] of [["x", x], ["y", y], ["size", size]])
    same[name] = (same[name] * same.count + value) / all;
  same.count = all;
}

const far = (a, b) => Math.hypot(a.x - b.x, a.y - b.y);

/** Three of `found` that stand in a right angle, the likeliest first. */
function candidates(found) {
  const all = [];
  for (let i = 0; i < found.length; i += 1)
    for (let j = i + 1; j < found.length; j += 1)
      for (let k = j + 1; k < found.length; k += 1) {
        const told = angle(found[i], found[j], found[k]);
        if (told) all.push(told);
      }
  return all.sort((a, b) => a.wrong - b.wrong).slice(0, 8);
}

function angle(...three) {
  const sizes = three.map((each) => each.size);
  if (Math.max(...sizes) > Math.min(...sizes) * 1.8) return null;
  const [a, b, c] = three;
  const [corner, one, other] = [[a, b, c], [b, a, c], [c, a, b]].sort(
    (p, q) => far(q[1], q[2]) - far(p[1], p[2]),
  )[0];
  const [first, second, across] = [far(corner, one), far(corner, other), far(one, other)];
  const skew = Math.abs(Math.log(first / second));
  const bent = Math.abs(across / Math.hypot(first, second) - 1);
  if (skew > 0.7 || bent > 0.35) return null;
  const turn = (one.x - corner.x) * (other.y - corner.y) - (one.y - corner.y) * (other.x - corner.x);
  const [right, below] = turn > 0 ? [one, other] : [other, one];
  const count = three.reduce((sum, each) => sum + each.count, 0);
  return { corner, right, below, wrong: skew + bent * 2 + Math.log(Math.max(...sizes) / Math.min(...sizes)) - count / 500 };
}

// -- from the picture to its modules --------------------------------------------------------

/** What is seen, for each size that it may have; where the fourth corner is, is tried. */
function* grids(image, { corner, right, below }) {
  const [along, down] = [spacing(image, corner, right), spacing(image, corner, below)];
  const one = (along + down) / 2;
  const told = (far(corner, right) / along + far(corner, below) / down) / 2 + 7;
  const version = Math.round((told - 17) / 4);
  for (const each of [version, version - 1, version + 1]) {
    if (each < 1 || each > 25) continue;
    const side = each * 4 + 17;
    const guess = { x: right.x + below.x - corner.x, y: right.y + below.y - corner.y };
    const marks = each > 1 ? marksNear(image, corner, right, below, side, one) : [];
    for (const [fourth, at] of [...marks.map((mark) => [mark, side - 6.5]), [guess, side - 3.5]])
      yield { side, at: sampled(image, side, [corner, right, fourth, below], at) };
  }
}

/** How far modules are from each other on the way from one corner to another. */
function spacing(image, a, b) {
  const spans = [span(image, a, b) + span(image, a, b, -1), span(image, b, a) + span(image, b, a, -1)];
  return (spans[0] + spans[1]) / 14 || a.size;
}

/** How far it is from the middle of a corner to its edge, towards another or away. */
function span(image, from, to, sign = 1) {
  const length = far(from, to);
  const [dx, dy] = [(sign * (to.x - from.x)) / length, (sign * (to.y - from.y)) / length];
  let dark = true, turns = 0, at = 0;
  for (; turns < 3 && at < length; at += 0.5)
    if (image.dark(from.x + dx * at, from.y + dy * at) !== dark) {
      dark = !dark;
      turns += 1;
    }
  return at;
}

/** The small square at the fourth corner: what looks most like it, near where it should be. */
function marksNear(image, corner, right, below, side, one) {
  const share = 1 - 3 / (side - 7);
  const x = corner.x + share * (right.x + below.x - 2 * corner.x);
  const y = corner.y + share * (right.y + below.y - 2 * corner.y);
  const reach = one * (5 + side / 8), step = Math.max(1, one / 5), found = [];
  for (let dy = -reach; dy <= reach; dy += step)
    for (let dx = -reach; dx <= reach; dx += step) {
      const seen = likeness(image, x + dx, y + dy, corner, right, below, side);
      if (seen >= 21) found.push({ x: x + dx, y: y + dy, seen: seen - Math.hypot(dx, dy) / one / 8 });
    }
  found.sort((a, b) => b.seen - a.seen);
  const best = [];
  for (const each of found)
    if (best.length < 3 && best.every((other) => far(each, other) > one)) best.push(middle(each, found, one));
  return best;
}

/** The mean of those that look as good beside it. */
function middle(best, found, one) {
  const near = found.filter((each) => far(each, best) < one && each.seen > best.seen - 1.5);
  const mean = (name) => near.reduce((sum, each) => sum + each[name], 0) / near.length;
  return { x: mean("x"), y: mean("y") };
}

/** How many of the 25 modules around a spot are as those of the small square. */
function likeness(image, x, y, corner, right, below, side) {
  const [ux, uy] = [(right.x - corner.x) / (side - 7), (right.y - corner.y) / (side - 7)];
  const [vx, vy] = [(below.x - corner.x) / (side - 7), (below.y - corner.y) / (side - 7)];
  let same = 0;
  for (let j = -2; j <= 2; j += 1)
    for (let i = -2; i <= 2; i += 1) {
      const dark = Math.max(Math.abs(i), Math.abs(j)) !== 1;
      if (image.dark(x + i * ux + j * vx, y + i * uy + j * vy) === dark) same += 1;
    }
  return same;
}

/** Each module, looked up where the four corners say that it is, in perspective. */
function sampled(image, side, corners, at) {
  const inside = [[3.5, 3.5], [side - 3.5, 3.5], [at, at], [3.5, side - 3.5]];
  const rows = [];
  inside.forEach(([u, v], n) => {
    const { x, y } = corners[n];
    rows.push([u, v, 1, 0, 0, 0, -u * x, -v * x, x], [0, 0, 0, u, v, 1, -u * y, -v * y, y]);
  });
  const [a, b, c, d, e, f, g, h] = solved(rows);
  return (column, row) => {
    const [u, v] = [column + 0.5, row + 0.5];
    const depth = g * u + h * v + 1;
    return image.dark((a * u + b * v + c) / depth + 0.5, (d * u + e * v + f) / depth + 0.5);
  };
}

/** Eight equations, by elimination. */
function solved(rows) {
  for (let n = 0; n < 8; n += 1) {
    const best = rows.slice(n).reduce((top, row) => (Math.abs(row[n]) > Math.abs(top[n]) ? row : top));
    rows.splice(rows.indexOf(best), 1, rows[n]);
    rows[n] = best.map((value) => value / best[n]);
    rows.forEach((row, m) => {
      if (m !== n) rows[m] = row.map((value, k) => value - rows[n][k] * row[n]);
    });
  }
  return rows.map((row) => row[8]);
}

// -- from modules to bytes --------------------------------------------------------------------

// For each level of correction (L, M, Q, H), version by version: how many bytes of each
// block correct it, and how many blocks there are.
const CORRECTING = [
  [7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26],
  [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28],
  [13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30, 28, 30, 30, 30, 30],
  [17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28, 30, 24, 30, 30, 30],
];
const BLOCKS = [
  [1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12],
  [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21],
  [1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20, 23, 23, 25, 27, 29],
  [1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25, 25, 34, 30, 32, 35],
];
const MASKS = [
  (x, y) => (x + y) % 2, (x, y) => y % 2, (x) => x % 3, (x, y) => (x + y) % 3,
  (x, y) => ((x / 3 | 0) + (y >> 1)) % 2, (x, y) => (x * y) % 2 + (x * y) % 3,
  (x, y) => ((x * y) % 2 + (x * y) % 3) % 2, (x, y) => ((x + y) % 2 + (x * y) % 3) % 2,
];

function decoded(grid) {
  const format = formatOf(grid);
  if (!format) return null;
  const version = (grid.side - 17) / 4;
  const raw = codewords(grid, version, MASKS[format.mask]);
  const content = corrected(raw, CORRECTING[format.level][version - 1], BLOCKS[format.level][version - 1]);
  return content && textOf(content, version);
}

/** Level and mask, of whichever copy is nearer to something that can be said. */
function formatOf({ side, at }) {
  const spots = [0, 1, 2, 3, 4, 5, 7, 8];
  const near = [...spots.map((n) => at(8, n)), ...[7, 5, 4, 3, 2, 1, 0].map((n) => at(n, 8))];
  const away = [0, 1, 2, 3, 4, 5, 6, 7].map((n) => at(side - 1 - n, 8));
  const other = [...away, ...[6, 5, 4, 3, 2, 1, 0].map((n) => at(8, side - 1 - n))];
  let best = null;
  for (let told = 0; told < 32; told += 1) {
    let rest = told;
    for (let n = 0; n < 10; n += 1) rest = (rest << 1) ^ ((rest >> 9) * 0x537);
    const word = ((told << 10) | rest) ^ 0x5412;
    for (const seen of [near, other]) {
      const wrong = seen.filter((bit, n) => bit !== (((word >> n) & 1) === 1)).length;
      if (wrong < (best?.wrong ?? 4)) best = { wrong, level: (told >> 3) ^ 1, mask: told & 7 };
    }
  }
  return best;
}

/** Where the small squares are, along either side. */
function marksOf(version) {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = Math.ceil((version * 4 + 4) / (count * 2 - 2)) * 2;
  return [6, ...Array.from({ length: count - 1 }, (_, n) => version * 4 + 10 - (count - 2 - n) * step)];
}

/** Is that module there to be found by, and not to be read? */
function isFrame(x, y, side, version, marks) {
  if (x === 6 || y === 6) return true;
  if ((x < 9 && y < 9) || (x < 9 && y > side - 9) || (x > side - 9 && y < 9)) return true;
  if (version > 6 && ((x < 6 && y > side - 12) || (y < 6 && x > side - 12))) return true;
  const corner = (i, j) => (i < 9 && j < 9) || (i < 9 && j > side - 9) || (i > side - 9 && j < 9);
  return marks.some((i) => marks.some((j) => !corner(i, j) && Math.abs(x - i) < 3 && Math.abs(y - j) < 3));
}

/** All bytes in the order in which they are written: two columns at a time, up and down. */
function codewords({ side, at }, version, mask) {
  const content = [], marks = marksOf(version);
  let byte = 0, bits = 0, up = true;
  for (let right = side - 1; right > 0; right -= 2) {
    if (right === 6) right = 5;
    for (let n = 0; n < side; n += 1) {
      const y = up ? side - 1 - n : n;
      for (const x of [right, right - 1]) {
        if (isFrame(x, y, side, version, marks)) continue;
        byte = (byte << 1) | (at(x, y) !== (mask(x, y) === 0) ? 1 : 0);
        bits += 1;
        if (bits % 8 === 0) content.push(byte & 255);
      }
    }
    up = !up;
  }
  return content;
}

// -- what was misread -----------------------------------------------------------------------

const POWER = [], LOG = [];
for (let n = 0, value = 1; n < 255; n += 1) {
  [POWER[n], LOG[value]] = [value, n];
  value = (value << 1) ^ (value > 127 ? 0x11d : 0);
}
const times = (a, b) => (a && b ? POWER[(LOG[a] + LOG[b]) % 255] : 0);
const over = (a, b) => (a ? POWER[(LOG[a] - LOG[b] + 255) % 255] : 0);
const valued = (terms, x) => terms.reduceRight((sum, each) => times(sum, x) ^ each, 0); // lowest first

function corrected(raw, correcting, count) {
  const short = Math.floor(raw.length / count), long = raw.length % count;
  const blocks = Array.from({ length: count }, () => []);
  let at = 0;
  for (let n = 0; n <= short - correcting; n += 1)
    for (let b = 0; b < count; b += 1)
      if (n < short - correcting || b >= count - long) blocks[b].push(raw[at++]);
  for (let n = 0; n < correcting; n += 1) for (const block of blocks) block.push(raw[at++]);
  const content = [];
  for (const block of blocks) {
    if (!mended(block, correcting)) return null;
    content.push(...block.slice(0, block.length - correcting));
  }
  return content;
}

/** Reed and Solomon: whether `block` is right, or could be put right in its place. */
function mended(block, correcting) {
  const terms = () => [...block].reverse();
  const signs = Array.from({ length: correcting }, (_, n) => valued(terms(), POWER[n]));
  if (signs.every((sign) => !sign)) return true;
  let where = [1], before = [1], gap = 1, last = 1, length = 0;
  for (let n = 0; n < correcting; n += 1) {
    let off = signs[n];
    for (let k = 1; k <= length; k += 1) off ^= times(where[k] ?? 0, signs[n - k]);
    if (!off) {
      gap += 1;
      continue;
    }
    const kept = [...where], by = over(off, last);
    before.forEach((value, k) => (where[k + gap] = (where[k + gap] ?? 0) ^ times(by, value)));
    where = Array.from(where, (value) => value ?? 0);
    if (2 * length > n) gap += 1;
    else [length, before, last, gap] = [n + 1 - length, kept, off, 1];
  }
  const spots = block.map((_, n) => n).filter((n) => !valued(where, POWER[(255 - n) % 255]));
  if (length * 2 > correcting || spots.length !== length) return false;
  const sizes = signs.map((_, n) => where.slice(0, n + 1).reduce((sum, value, k) => sum ^ times(value, signs[n - k]), 0));
  const slope = where.map((value, n) => (n % 2 ? value : 0)).slice(1);
  for (const n of spots) {
    const x = POWER[(255 - n) % 255];
    block[block.length - 1 - n] ^= times(POWER[n], over(valued(sizes.slice(0, length), x), valued(slope, x)));
  }
  return Array.from({ length: correcting }, (_, n) => valued(terms(), POWER[n])).every((sign) => !sign);
}

// -- from bytes to text -----------------------------------------------------------------------

const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

function textOf(content, version) {
  let at = 0;
  const left = () => content.length * 8 - at;
  const take = (count) => {
    let value = 0;
    for (let n = 0; n < count; n += 1, at += 1) value = (value << 1) | ((content[at >> 3] >> (7 - (at & 7))) & 1);
    return value;
  };
  const wide = version > 9 ? 1 : 0;
  let text = "";
  while (left() >= 4) {
    const mode = take(4);
    if (mode === 0) break;
    if (mode === 1) text += digits(take, take([10, 12][wide]));
    else if (mode === 2) text += letters(take, take([9, 11][wide]));
    else if (mode === 4) text += raw(take, take([8, 16][wide]), left);
    else if (mode === 7) take(8); // which letters the bytes are: that is seen by themselves
    else return null;
    if (left() < 0) return null;
  }
  return text;
}

function digits(take, count) {
  let text = "";
  for (let n = count; n > 0; n -= 3) {
    const some = Math.min(3, n);
    text += String(take([0, 4, 7, 10][some])).padStart(some, "0");
  }
  return text;
}

function letters(take, count) {
  let text = "";
  for (let n = count; n > 1; n -= 2) {
    const two = take(11);
    text += LETTERS[(two / 45) | 0] + LETTERS[two % 45];
  }
  return count % 2 ? text + LETTERS[take(6)] : text;
}

function raw(take, count, left) {
  if (count * 8 > left()) return "";
  const bytes = Uint8Array.from({ length: count }, () => take(8));
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("iso-8859-1").decode(bytes);
  }
}
