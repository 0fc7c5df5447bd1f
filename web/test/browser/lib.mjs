/* lib.mjs - a browser for the tests: a fresh profile each time, everything that talks to the outside switched off. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const ARGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export async function withBrowser(size, work, options = {}) {
  const profile = mkdtempSync(join(tmpdir(), 'yiti-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: ARGS, viewport: size, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', bypassCSP: false, ...options,
  });
  try {
    return await work(context);
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

/* watch - collects what the page complains of: console errors, uncaught errors, refused resources. */
export function watch(page) {
  const errors = [];
  page.on('console', (m) => m.type() === 'error' && errors.push(`console: ${m.text()}`));
  page.on('pageerror', (e) => errors.push(`uncaught: ${e.message}`));
  return errors;
}

/* settle - until nothing is loading: no skeleton, no busy region. */
export async function settle(page) {
  await page.waitForFunction(() => document.querySelector('#main') && !document.querySelector('[aria-busy="true"]'), undefined, { timeout: 15000 });
  await page.waitForTimeout(120);
}

/* overflow - by how many pixels the page is wider than the window, and the widest element that does it. */
export async function overflow(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const over = document.documentElement.scrollWidth - width;
    if (over <= 0) return null;
    let worst = null;
    for (const e of document.querySelectorAll('body *')) {
      const r = e.getBoundingClientRect();
      if (r.right > width + 0.5 && (!worst || r.right > worst.right)) worst = { right: r.right, what: `${e.tagName.toLowerCase()}.${e.className?.baseVal ?? e.className}` };
    }
    return { over, worst };
  });
}

/*
 * contrast - text and field borders of the page that are too weak to read (WCAG 2.1, 1.4.3 and 1.4.11): 4.5 to 1, 3 to 1 for large text and for the
 * borders of fields. Colours are laid over each other as the browser does, with opacity; what stands on a picture is not judged.
 */
export async function contrast(page) {
  return page.evaluate(() => {
    const parse = (c) => {
      const m = /rgba?\(([\d.]+),? ([\d.]+),? ([\d.]+)(?:,? ?\/? ?([\d.]+))?\)/.exec(c);
      return m ? [Number(m[1]), Number(m[2]), Number(m[3]), m[4] === undefined ? 1 : Number(m[4])] : [0, 0, 0, 0];
    };
    const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
    const light = (c) => {
      const [r, g, b] = c.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ratio = (a, b) => {
      const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
      return (x + 0.05) / (y + 0.05);
    };
    /* ground - what lies behind an element's text; null when a picture does */
    const ground = (element) => {
      const layers = [];
      for (let e = element; e; e = e.parentElement) {
        const s = getComputedStyle(e);
        if (s.backgroundImage !== 'none') return null;
        const c = parse(s.backgroundColor);
        if (c[3] > 0) layers.push(c);
        if (c[3] === 1) break;
      }
      const dark = matchMedia('(prefers-color-scheme: dark)').matches;
      return layers.reverse().reduce((under, c) => over(c, under), dark ? [18, 18, 18, 1] : [255, 255, 255, 1]);
    };
    const faded = (element) => {
      let o = 1;
      for (let e = element; e; e = e.parentElement) o *= Number(getComputedStyle(e).opacity);
      return o;
    };
    const out = new Map();
    const judge = (element, colour, need, what) => {
      const back = ground(element);
      if (!back) return;
      const c = parse(colour);
      const got = ratio(over([...c.slice(0, 3), c[3] * faded(element)], back), back);
      if (got + 0.005 < need) out.set(`${what} ${element.tagName.toLowerCase()}.${String(element.className?.baseVal ?? element.className).trim().replace(/\s+/g, '.')} "${(element.textContent || element.placeholder || '').trim().slice(0, 24)}"`, `${got.toFixed(2)} < ${need}`);
    };
    const visible = (e) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !e.closest('.sr, .skip, [aria-hidden="true"], [disabled], [aria-disabled="true"]') && e.getBoundingClientRect().width > 1;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const seen = new Set();
    for (let n = walker.nextNode(); n; n = walker.nextNode()) {
      const e = n.parentElement;
      if (!n.textContent.trim() || !e || seen.has(e) || ['SCRIPT', 'STYLE', 'OPTION'].includes(e.tagName) || !visible(e)) continue;
      seen.add(e);
      const s = getComputedStyle(e);
      const px = parseFloat(s.fontSize);
      judge(e, s.color, px >= 24 || (px >= 18.66 && Number(s.fontWeight) >= 700) ? 3 : 4.5, 'text');
    }
    for (const e of document.querySelectorAll('input, select, textarea')) {
      if (!visible(e) || e.type === 'range' || e.type === 'checkbox' || e.type === 'radio' || e.type === 'file') continue;
      const s = getComputedStyle(e);
      if (e.value !== undefined && e.value !== '') judge(e, s.color, 4.5, 'value');
      if (e.placeholder && !e.value) judge(e, getComputedStyle(e, '::placeholder').color, 4.5, 'placeholder');
      if (parseFloat(s.borderTopWidth) > 0 && e.parentElement) judge(e.parentElement, s.borderTopColor, 3, `border of ${e.name || e.id || e.type || e.tagName} in`);
    }
    return [...out].map(([where, why]) => `${where}: ${why}`);
  });
}

/* squeezed - words that stand one or two characters a line, because what is beside them took the room. */
export async function squeezed(page) {
  return page.evaluate(() => {
    const out = [];
    for (const e of document.querySelectorAll('#main td, #main dd, #main h1, #main h2, #main h3, #main p, #main .tag, #main a, #main button')) {
      const words = e.textContent.trim();
      if (words.length < 5 || !e.checkVisibility({ visibilityProperty: true }) || e.closest('.sr, [aria-hidden="true"]')) continue;
      const r = e.getBoundingClientRect();
      const line = parseFloat(getComputedStyle(e).fontSize) * 1.2;
      if (r.width > 1 && r.width < line * 2.4 && r.height > line * 3) out.push(`${Math.round(r.width)} x ${Math.round(r.height)}: ${words.slice(0, 20)}`);
    }
    return out.slice(0, 5);
  });
}

/*
 * small - what is to be pressed and is under 44 by 44 px. Not: links in running text; a checkbox within its label, which is measured; labels of the
 * timeline, whose rows the table below it has too.
 */
export async function small(page) {
  return page.evaluate(() => {
    const out = [];
    for (const e of document.querySelectorAll('button, input, select, textarea, summary, [role="tab"], [role="treeitem"], a.btn, nav a, .home, .table-wrap .sort')) {
      if (!e.checkVisibility({ visibilityProperty: true }) || e.closest('.sr, [aria-hidden="true"], [data-timeline]') || e.classList.contains('sr')) continue;
      const box = (/^(checkbox|radio)$/.test(e.type ?? '') && e.closest('label')) || e;
      const r = box.getBoundingClientRect();
      if (r.width > 1 && (r.height < 43.5 || r.width < 43.5)) out.push(`${Math.round(r.width)} x ${Math.round(r.height)}: ${e.tagName.toLowerCase()}.${e.className} ${(e.textContent || e.getAttribute('aria-label') || '').trim().slice(0, 20)}`);
    }
    return [...new Set(out)];
  });
}

/* axe - violations of WCAG 2.1 A and AA; run in the page's own world through the debugger, so the page's policy stays as it is. */
export async function axe(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: AXE });
  const run = `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }).then((r) => JSON.stringify(r.violations.map((v) => ({ id: v.id, help: v.help, nodes: v.nodes.slice(0, 4).map((n) => n.target.join(' ') + ' :: ' + (n.any[0]?.message ?? n.failureSummary ?? '').slice(0, 160)) }))))`;
  const answer = await session.send('Runtime.evaluate', { expression: run, awaitPromise: true, returnByValue: true });
  await session.detach();
  if (answer.exceptionDetails) throw new Error(answer.exceptionDetails.exception?.description ?? 'axe failed');
  return JSON.parse(answer.result.value);
}

/*
 * startServer - `binary` on a fresh data directory with the demonstration region, on a free port, with more words for `serve`. Gives url, dir, the process, stop() and
 * start(more words) again (the same directory and port, after a kill). stop() fails when the server has died by itself: it must live through everything.
 */
export async function startServer(binary, words = []) {
  const dir = mkdtempSync(join(tmpdir(), 'yiti-server-'));
  const data = join(dir, 'data');
  execFileSync(binary, ['--data', data, 'demo', 'seed'], { stdio: 'ignore' });
  const server = { dir, data, url: '', child: null, stopped: null, said: '' };
  let port = 0;
  server.start = async (more = []) => {
    const child = spawn(binary, ['--data', data, 'serve', '--listen', `127.0.0.1:${port}`, '--log', 'json', '--demonstration', ...words, ...more], { stdio: ['ignore', 'pipe', 'pipe'] });
    server.child = child;
    let said = '';
    child.stdout.resume();
    await new Promise((ready, failed) => {
      const timer = setTimeout(() => failed(new Error(`the server did not start: ${said}`)), 20000);
      child.once('exit', () => failed(new Error(`the server ended: ${said}`)));
      child.stderr.on('data', (chunk) => {
        said = (said + chunk).slice(-4000);
        server.said = said;
        const at = /"event":"serve\.ready".*"port":(\d+)/.exec(said);
        if (!at) return;
        clearTimeout(timer);
        port = Number(at[1]);
        ready();
      });
    });
    server.url = `http://127.0.0.1:${port}`;
  };
  server.stop = async (signal = 'SIGTERM') => {
    const child = server.child;
    if (child && (child.exitCode !== null || child.signalCode !== null)) {
      if (child !== server.stopped) throw new Error(`the server died: ${child.exitCode ?? child.signalCode}\n${server.said}`);
    } else if (child) {
      server.stopped = child;
      const gone = new Promise((done) => child.once('exit', done));
      child.kill(signal);
      await gone;
    }
  };
  server.remove = () => rmSync(dir, { recursive: true, force: true });
  await server.start();
  return server;
}
