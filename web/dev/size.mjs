/*
 * size.mjs - what a first visit to each public page loads from dist/, compressed as the server sends it: the page, its scripts and styles with
 * everything that they import at once, and the larger of the two languages. Fails over the limit, or when desk code is among it.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const LIMIT = 200 * 1024;
const DIST = new URL('../dist/', import.meta.url);
const read = (path) => readFileSync(new URL(path, DIST));
const assets = readdirSync(new URL('assets/', DIST));
const chunk = (name) => assets.find((f) => f.startsWith(`${name}-`) && f.endsWith('.js')) ?? (() => { throw new Error(`no chunk ${name} in dist/assets`); })();

/* depsOf - what the entry loads beside a lazily imported chunk: Vite writes the list into the importing file. */
function depsOf(source, name) {
  const table = /m\.f=(\[[^\]]*\])/.exec(source);
  const call = new RegExp(`import\\("\\./${name.replace(/[.$]/g, '\\$&')}"\\),__vite__mapDeps\\((\\[[^\\]]*\\])\\)`).exec(source);
  if (!table || !call) return [];
  const files = JSON.parse(table[1]);
  return JSON.parse(call[1]).map((i) => files[i].replace(/^\/?assets\//, ''));
}
function closure(starts) {
  const seen = new Set();
  const queue = [...starts];
  for (let f = queue.pop(); f; f = queue.pop()) {
    if (seen.has(f)) continue;
    seen.add(f);
    if (!f.endsWith('.js')) continue;
    const text = read(`assets/${f}`).toString();
    for (const m of text.matchAll(/(?:from|import)\s*"\.\/([\w.$-]+\.js)"/g)) queue.push(m[1]);
  }
  return seen;
}
const html = read('index.html').toString();
const first = [...html.matchAll(/(?:src|href)="\/assets\/([^"]+)"/g)].map((m) => m[1]);
const entry = first.find((f) => f.endsWith('.js'));
const entryText = read(`assets/${entry}`).toString();
const size = (f) => ({ gzip: gzipSync(read(f), { level: 9 }).length, brotli: brotliCompressSync(read(f)).length });
const langs = ['zh', 'en'].map((l) => chunk(l)).sort((a, b) => size(`assets/${b}`).gzip - size(`assets/${a}`).gzip);
let bad = false;
for (const page of ['PublicOutlines', 'PublicOutline', 'PublicAction']) {
  const shell = chunk('PublicShell');
  const own = chunk(page);
  const files = closure([...first, shell, own, ...depsOf(entryText, shell), ...depsOf(entryText, own), langs[0]]);
  let gzip = size('index.html').gzip + size('icon.svg').gzip;
  let brotli = size('index.html').brotli + size('icon.svg').brotli;
  for (const f of files) {
    const s = size(`assets/${f}`);
    gzip += s.gzip;
    brotli += s.brotli;
  }
  const foreign = [...files].filter((f) => /^(DeskShell|TimelinePage|OutlinePage|DraftPage|reading|outbox|.*(echarts|maplibre|element-plus))/i.test(f));
  if (gzip > LIMIT || foreign.length) bad = true;
  console.log(`${page}: ${files.size} files, ${(gzip / 1024).toFixed(1)} KB gzip, ${(brotli / 1024).toFixed(1)} KB brotli (limit ${LIMIT / 1024} KB)${foreign.length ? `, foreign: ${foreign.join(' ')}` : ''}`);
}
process.exit(bad ? 1 : 0);
