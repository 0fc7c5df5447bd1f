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
 * startServer - `binary` on a fresh data directory with the demonstration region, on a free port. Gives url, dir, the process, stop() and
 * start() again (the same directory and port, after a kill). stop() fails when the server has died by itself: it must live through everything.
 */
export async function startServer(binary) {
  const dir = mkdtempSync(join(tmpdir(), 'yiti-server-'));
  const data = join(dir, 'data');
  execFileSync(binary, ['--data', data, 'demo', 'seed'], { stdio: 'ignore' });
  const server = { dir, data, url: '', child: null, stopped: null, said: '' };
  let port = 0;
  server.start = async () => {
    const child = spawn(binary, ['--data', data, 'serve', '--listen', `127.0.0.1:${port}`, '--log', 'json', '--demonstration'], { stdio: ['ignore', 'pipe', 'pipe'] });
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
