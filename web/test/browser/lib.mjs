/* lib.mjs - a browser for the tests: a fresh profile each time, everything that talks to the outside switched off. */
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
