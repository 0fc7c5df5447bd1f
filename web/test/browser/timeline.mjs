/*
 * timeline.mjs - what a frame of the timeline takes with 2,000 actions and 400 dependencies at a processor slowed down four times: scrolls both ways
 * and zooms, prints p50, p95, p99 and fails when the p95 is 33 ms or more.
 *   node test/browser/timeline.mjs BINARY     SHOT=file keeps a picture
 */
import { startServer, watch, withBrowser } from './lib.mjs';

const ACTIONS = Number(process.env.ACTIONS ?? 2000);
const server = await startServer(process.argv[2]);
let failed = false;
try {
  await withBrowser({ width: 1280, height: 800 }, async (context) => {
    const page = context.pages()[0] ?? (await context.newPage());
    const errors = watch(page);
    await page.goto(`${server.url}/sign-in`);
    await page.click('[data-account="office"]');
    await page.waitForURL('**/desk*');
    const outline = await page.evaluate(async (n) => {
      const key = () => Array.from(crypto.getRandomValues(new Uint32Array(4))).join('');
      const send = async (path, body, headers = {}) => (await fetch(`/api/v1${path}`, { method: 'POST', body, headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key(), ...headers } })).json();
      let text = '澄江市测试行动方案\n澄环办〔2026〕7号\n2026年1月5日\n';
      for (let i = 1; i <= n; i += 1) text += (i % 500 === 1 ? `${'一二三四五六七八九'[(i - 1) / 500]}、第${(i - 1) / 500 + 1}组行动\n` : '') + `行动计划${((i - 1) % 500) + 1}.完成${i}号工作(牵头单位:市水利局)\n${2026 + (i % 4)}年${1 + (i % 12)}月${1 + (i % 28)}日以前完成第${i}项工作。\n`;
      const made = await send('/imports?filename=timeline.txt&mode=live', text, { 'Content-Type': 'text/plain' });
      const done = await send(`/imports/${made.id}/confirm`, '{}', { 'If-Match': `"${made.version}"` });
      const id = done.outlines[0].id;
      const ids = (await (await fetch(`/api/v1/timeline?outline=${id}`)).json()).items.map((x) => x.id);
      for (let i = 0; i + 5 < ids.length && i < 2000; i += 5) await send(`/outlines/${id}/dependencies`, JSON.stringify({ from_id: ids[i], to_id: ids[i + 5], kind: ['finish_start', 'start_start', 'finish_finish', 'start_finish'][(i / 5) % 4] }));
      return { id, actions: ids.length };
    }, ACTIONS);
    await page.goto(`${server.url}/timeline?outline=${outline.id}`);
    await page.waitForSelector('[data-timeline] canvas');
    await page.waitForTimeout(500);
    const cdp = await context.newCDPSession(page);
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    const times = await page.evaluate(async () => {
      const box = document.querySelector('[data-timeline]');
      const out = [];
      const zoom = [...document.querySelectorAll('.zoom button')];
      let last = await new Promise(requestAnimationFrame);
      for (let i = 0; i < 400; i += 1) {
        if (i % 80 === 79) zoom[i % 160 === 79 ? 1 : 0].click();
        else box.scrollBy({ top: i < 200 ? 120 : -120, left: i % 40 < 20 ? 40 : -40 });
        const now = await new Promise(requestAnimationFrame);
        out.push(now - last);
        last = now;
      }
      return out.sort((a, b) => a - b);
    });
    const at = (q) => times[Math.min(times.length - 1, Math.floor(times.length * q))].toFixed(1);
    console.log(`timeline: ${outline.actions} actions, ${times.length} frames at 4x slowed: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms`);
    if (process.env.SHOT) await page.screenshot({ path: process.env.SHOT });
    for (const e of errors) console.log(`    ${e}`);
    failed = Number(at(0.95)) >= 33 || errors.length > 0 || outline.actions !== ACTIONS;
  });
} finally {
  await server.stop();
}
process.exit(failed ? 1 : 0);
