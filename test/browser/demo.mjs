/*
 * demo.mjs - the product's first minutes, played in a real browser and checked, scene by scene: `./dev demo`.
 *   node test/browser/demo.mjs BINARY [--shots DIR]
 * It starts the program on a fresh demonstration region; what it makes goes with the folder. The five real outlines are read from
 * ../shared/outlines (or YITI_SHARED); where they are not there, the scenes that need them say so and are skipped.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { deflateSync } from 'node:zlib';
import { settle, startServer, withBrowser } from '../../web/test/browser/lib.mjs';
import { dutyScenes } from './scene_duty.mjs';
import { bulletinPrinted } from './scene_bulletin.mjs';
import { consultScene, meetingScene } from './scene_meeting.mjs';
import { caseScene } from './scene_case.mjs';
import { governScene } from './scene_govern.mjs';
import { networkScene } from './scene_network.mjs';

const binary = resolve(process.argv[2] ?? 'build/yiti');
const shotsAt = process.argv.indexOf('--shots');
const SHOTS = shotsAt > 0 ? process.argv[shotsAt + 1] : null;
const SHARED = process.env.YITI_SHARED ?? new URL('../../../shared', import.meta.url).pathname;
const FIVE = join(SHARED, 'outlines/five-outlines.txt');
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
if (SHOTS) mkdirSync(SHOTS, { recursive: true });

let passed = 0;
let failed = 0;
let skipped = 0;
class Skip extends Error {}
async function scene(name, play) {
  try {
    await play();
    passed += 1;
    console.log(`ok ${passed + failed + skipped} ${name}`);
  } catch (e) {
    if (e instanceof Skip) {
      skipped += 1;
      console.log(`skipped ${passed + failed + skipped} ${name}: ${e.message}`);
      return;
    }
    failed += 1;
    console.log(`FAILED ${passed + failed + skipped} ${name}: ${String(e.stack ?? e).split('\n').slice(0, 5).join(' | ')}`);
  }
}
const shot = (page, name, options = {}) => (SHOTS ? page.screenshot({ path: join(SHOTS, `${name}.png`), ...options }) : null);
const needFive = () => {
  if (!existsSync(FIVE)) throw new Skip('no five-outlines.txt beside the repository');
  return readFileSync(FIVE);
};

/* call - the API as the page's own user. */
async function call(page, method, path, body, version) {
  const answer = await page.evaluate(
    async ([m, p, b, v]) => {
      const headers = { 'Idempotency-Key': crypto.randomUUID() };
      if (b !== undefined) headers['Content-Type'] = 'application/json';
      if (v !== undefined) headers['If-Match'] = `"${v}"`;
      const response = await fetch(`/api/v1${p}`, { method: m, headers, body: b === undefined ? undefined : JSON.stringify(b) });
      return { status: response.status, text: await response.text() };
    },
    [method, path, body, version],
  );
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text.slice(0, 300)}`);
  return answer.text ? JSON.parse(answer.text) : null;
}
async function enter(page, base, account) {
  await page.goto(`${base}/sign-in?lang=zh`);
  await page.click(`[data-account="${account}"]`);
  await page.waitForURL('**/desk*');
  await settle(page);
}
async function drop(page, base, file) {
  await page.goto(`${base}/import`);
  await settle(page);
  await page.setInputFiles('input[type=file]', { name: 'five-outlines.txt', mimeType: 'text/plain', buffer: file });
  await page.waitForURL('**/imports/*');
  await settle(page);
  return page.url().match(/imports\/(\d+)/)[1];
}
/* A photograph of 64 × 48 pixels, made here. */
function picture() {
  const table = Array.from({ length: 256 }, (_, n) => Array.from({ length: 8 }).reduce((c) => (c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1), n) >>> 0);
  const crc = (data) => (data.reduce((c, b) => table[(c ^ b) & 255] ^ (c >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;
  const part = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length);
    body.copy(out, 4);
    out.writeUInt32BE(crc(body), body.length + 4);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(64);
  head.writeUInt32BE(48, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.concat(Array.from({ length: 48 }, (_, y) => Buffer.from([0, ...Array.from({ length: 64 }, (__, x) => [x * 3, y * 4, 120]).flat()])));
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), part('IHDR', head), part('IDAT', deflateSync(rows)), part('IEND', Buffer.alloc(0))]);
}

const server = await startServer(binary);
const made = {}; /* what earlier scenes leave for later ones */

/* ---- 1 to 2: who comes in, five outlines ---------------------------------------------------------------------------------------- */

async function signIns() {
  await withBrowser(DESKTOP, async (context) => {
    const page = await context.newPage();
    await page.goto(`${server.url}/sign-in?lang=zh`);
    await settle(page);
    await shot(page, '1-sign-in');
    for (const account of ['office', 'desk']) {
      await enter(page, server.url, account);
      const session = await call(page, 'GET', '/session');
      assert.equal(session.demo, true);
      assert.ok(session.user.roles.length > 0);
      await shot(page, `1-desk-${account}`);
    }
    await context.clearCookies();
    await page.goto(`${server.url}/public?lang=zh`); /* a citizen needs no account */
    await settle(page);
    assert.match(await page.textContent('#main'), /澜江都市圈同城化行动纲要/);
    await shot(page, '1-public');
  });
}

async function fiveOutlines() {
  const file = needFive();
  await withBrowser(DESKTOP, async (context) => {
    const page = await context.newPage();
    await enter(page, server.url, 'office');
    const id = await drop(page, server.url, file);
    assert.equal(await page.locator('.docs a').count(), 5);
    const documents = await Promise.all([0, 1, 2, 3, 4].map((n) => call(page, 'GET', `/imports/${id}/documents/${n}`)));
    const shenzhen = documents[2];
    const plans = shenzhen.nodes.filter((n) => /^行动计划/.test(n.number ?? ''));
    const items = shenzhen.nodes.filter((n) => /^\(\d+\)$/.test(n.number ?? ''));
    const units = new Set(plans.flatMap((n) => [...n.lead_units, ...n.supporting_units].map((u) => u.name)));
    assert.deepEqual([plans.length, items.length, units.size], [19, 51, 40]);
    await page.locator('.docs a').nth(2).click();
    await settle(page);
    await page.click('.panel [role=tab]:nth-child(2)');
    await page.click('[data-unit="市文体旅游局"]');
    await page.waitForSelector('.source .m-unit, .source .m-lead');
    assert.equal((await page.$$('.source .m-unit, .source .m-lead')).length, 11);
    await shot(page, '2-shenzhen-unit');
    const hangzhou = documents[0].nodes.filter((n) => n.is_action);
    assert.equal(hangzhou.length, 17);
    assert.ok(hangzhou.every((n) => !n.lead_units.length && !n.supporting_units.length && !n.dates.some((d) => d.kind === 'deadline')), 'no owner, no date');
    made.draft = id;
    made.shenzhenImport = id;
  });
}

async function cutRoads() {
  const file = needFive();
  await withBrowser(DESKTOP, async (context) => {
    const page = await context.newPage();
    await enter(page, server.url, 'office');
    const id = await drop(page, server.url, file);
    const draft = await call(page, 'GET', `/imports/${id}`);
    const answer = await call(page, 'POST', `/imports/${id}/confirm`, { mode: 'live', documents: [0] }, draft.version);
    const outline = answer.outlines[0];
    const before = await call(page, 'GET', `/outlines/${outline.id}/counters`);
    assert.equal(before.without_owner, 17);
    await page.goto(`${server.url}/outlines/${outline.id}`);
    await settle(page);
    await page.click('.panel [role=tab]:nth-child(2)');
    const line = page.locator('.source p:has-text("加快申嘉湖杭")').first();
    const place = () => line.evaluate((p) => {
      const walker = document.createTreeWalker(p, NodeFilter.SHOW_TEXT);
      for (let n = walker.nextNode(); n; n = walker.nextNode()) {
        const i = n.textContent.indexOf('加快申嘉湖杭');
        if (i < 0) continue;
        const r = document.createRange();
        r.setStart(n, i);
        r.setEnd(n, i + 2);
        let box = p.parentElement;
        while (box && !(box.scrollHeight > box.clientHeight + 4 && /auto|scroll/.test(getComputedStyle(box).overflowY))) box = box.parentElement;
        const frame = box?.getBoundingClientRect();
        if (frame) box.scrollTop += r.getBoundingClientRect().top - frame.top - 120;
        const b = r.getBoundingClientRect();
        return { x: b.left + b.width / 2, y: b.top + b.height / 2 };
      }
      return null;
    });
    await place();
    await page.waitForTimeout(300);
    const at = await place();
    assert.ok(at, 'the road sentence is shown');
    await page.mouse.click(at.x, at.y);
    await shot(page, '3-picked');
    await page.waitForSelector('.cut .picked', { timeout: 8000 });
    assert.match(await page.textContent('.cut .picked'), /加快申嘉湖杭.*启动杭州绕城高速公路西复线/s);
    await page.click('[data-cut]');
    await page.waitForSelector('.pieces li');
    assert.equal(await page.locator('.pieces li').count(), 7);
    const states = await page.$$eval('.pieces li select', (s) => s.map((x) => x.value));
    assert.deepEqual(states.filter((s) => s === 'under_way').length, 5);
    assert.deepEqual(states.filter((s) => s === 'to_start').length, 2);
    await shot(page, '3-cut');
    await page.click('[data-cut-confirm]');
    await page.waitForFunction(() => !document.querySelector('.pieces'));
    await page.waitForTimeout(300);
    const actions = (await call(page, 'GET', `/actions?outline=${outline.id}&limit=100`)).items;
    assert.equal(actions.filter((a) => a.origin === 'office').length, 7);
    assert.ok(actions.some((a) => a.title.includes('钱江通道(隧道)及接线工程')), 'brackets belong to the name');
    await shot(page, '3-outline');
  });
}

/* ---- 3: red because, and green ----------------------------------------------------------------------------------------------------- */

async function redTurnsGreen() {
  const file = needFive();
  const AS_OF = '2011-07-01';
  await withBrowser(DESKTOP, async (context) => {
    const page = await context.newPage();
    await enter(page, server.url, 'office');
    const id = made.shenzhenImport ?? (await drop(page, server.url, file));
    const draft = await call(page, 'GET', `/imports/${id}`);
    const answer = await call(page, 'POST', `/imports/${id}/confirm`, { mode: 'live', documents: [2] }, draft.version);
    const outline = (await call(page, 'GET', `/outlines/${answer.outlines[0].id}`));
    const actions = (await call(page, 'GET', `/actions?outline=${outline.id}&limit=200&as_of=${AS_OF}`)).items;
    const scheme = actions.find((a) => a.due_on === '2011-06-30');
    assert.ok(scheme, 'an action due 2011-06-30');
    assert.equal(scheme.light, 'red');
    assert.match(scheme.light_reason.en, /^red because due 2011-06-30/);
    assert.match(scheme.light_reason.en, /no report/);
    /* The office hands it to the demonstration's desk, marked as the office's, and publishes the outline. */
    const desk = (await call(page, 'GET', `/units?q=${encodeURIComponent('澜州市交通运输局')}`)).items[0];
    const one = await call(page, 'GET', `/actions/${scheme.id}`);
    await call(page, 'PUT', `/actions/${scheme.id}/units`, { units: [{ unit_id: desk.id, part: 'lead' }] }, one.version);
    const fresh = await call(page, 'GET', `/outlines/${outline.id}`);
    if (!fresh.public) await call(page, 'POST', `/outlines/${outline.id}/publish`, undefined, fresh.version);
    await page.goto(`${server.url}/actions/${scheme.id}?as_of=${AS_OF}`);
    await settle(page);
    assert.match(await page.textContent('#main'), /2011-06-30/);
    assert.ok(await page.locator('[data-light-is="red"]').count());
    await shot(page, '4-red');

    await withBrowser(DESKTOP, async (citizen) => {
      const window2 = await citizen.newPage();
      await window2.goto(`${server.url}/public/outlines/${outline.id}?as_of=${AS_OF}&lang=zh`);
      await settle(window2);
      await window2.waitForSelector(`[data-action="${scheme.id}"][data-light-is="red"]`);
      await withBrowser(PHONE, async (phone) => {
        const hand = await phone.newPage();
        await enter(hand, server.url, 'desk');
        await hand.goto(`${server.url}/actions/${scheme.id}/report?as_of=${AS_OF}`);
        await settle(hand);
        await hand.fill('textarea[name=text]', '宣传方案已制定，并已报推进委员会审议。');
        await hand.check('input[name=done]');
        await hand.setInputFiles('input[type=file]', { name: 'IMG_1.png', mimeType: 'image/png', buffer: picture() });
        await hand.waitForSelector('.photos canvas');
        await shot(hand, '4-report-phone');
        await hand.click('.send .btn');
        await hand.waitForURL(`**/actions/${scheme.id}*`);
        await settle(hand);
        await shot(hand, '4-after-phone', { fullPage: true });
        await hand.waitForFunction(() => document.querySelector('.photos img')?.naturalWidth > 0, undefined, { timeout: 8000 });
        const after = await call(hand, 'GET', `/actions/${scheme.id}?as_of=${AS_OF}`);
        assert.equal(after.light, 'green', JSON.stringify(after.light_reason));
        await shot(hand, '4-green-phone', { fullPage: true });
      });
      await window2.waitForSelector(`[data-action="${scheme.id}"][data-light-is="green"]`, { timeout: 20000 });
      await shot(window2, '4-public-green');
    });
  });
}

/* ---- 4 to 5: killed, and a flipped byte ------------------------------------------------------------------------------------------------ */

async function killed() {
  await withBrowser(DESKTOP, async (context) => {
    const page = await context.newPage();
    await enter(page, server.url, 'office');
    const action = (await call(page, 'GET', '/actions?limit=1')).items[0];
    const burst = page.evaluate(async (id) => {
      const acknowledged = [];
      let stop = false;
      setTimeout(() => { stop = true; }, 5000);
      const writer = async (w) => {
        for (let i = 0; !stop; i += 1) {
          const text = `断电测试 ${w}-${i}`;
          try {
            const response = await fetch(`/api/v1/actions/${id}/reports`, { method: 'POST', headers: { 'Content-Type': 'application/json', 'Idempotency-Key': `kill-${w}-${i}` }, body: JSON.stringify({ percent: 50, reason: text, text }) });
            if (response.status === 201) acknowledged.push(text);
            else return;
          } catch {
            return; /* the server is gone: not acknowledged */
          }
        }
      };
      await Promise.all(Array.from({ length: 6 }, (_, w) => writer(w)));
      return acknowledged;
    }, action.id);
    await new Promise((done) => setTimeout(done, 1500));
    await server.stop('SIGKILL');
    const acknowledged = await burst;
    assert.ok(acknowledged.length > 20, `${acknowledged.length} writes were acknowledged before the kill`);
    await server.start();
    await enter(page, server.url, 'office');
    const stored = new Map();
    for (let after = ''; after !== null; ) {
      const list = await call(page, 'GET', `/actions/${action.id}/reports?limit=500${after ? `&after=${encodeURIComponent(after)}` : ''}`);
      for (const r of list.items) stored.set(r.text, (stored.get(r.text) ?? 0) + 1);
      after = list.next ?? null;
    }
    for (const text of acknowledged) assert.equal(stored.get(text), 1, `${text} is there ${stored.get(text) ?? 0} times`);
    const verify = spawnSync(binary, ['--data', server.data, 'verify'], { encoding: 'utf8' });
    assert.equal(verify.status, 0, verify.stderr);
    console.log(`    ${acknowledged.length} acknowledged reports, each present exactly once`);
  });
}

async function flipped() {
  const copy = join(server.dir, 'copy');
  execFileSync(binary, ['--data', server.data, 'backup', copy], { stdio: 'ignore' });
  const whole = spawnSync(binary, ['verify', 'copy', copy], { encoding: 'utf8' });
  assert.equal(whole.status, 0, `${whole.stdout}${whole.stderr}`);
  const name = readdirSync(copy).find((n) => n.endsWith('.db'));
  const bytes = readFileSync(join(copy, name));
  const at = bytes.lastIndexOf(Buffer.from('"state":"under_way","files":0}'));
  assert.ok(at > 0, 'a journal row to flip');
  bytes[at + 9] ^= 1; /* under_way becomes tnder_way */
  writeFileSync(join(copy, name), bytes);
  const broken = spawnSync(binary, ['--lang', 'en', 'verify', 'copy', copy], { encoding: 'utf8' });
  assert.equal(broken.status, 1, broken.stdout);
  assert.match(`${broken.stdout}${broken.stderr}`, /journal|report/);
  console.log(`    ${`${broken.stdout}${broken.stderr}`.split('\n').find((l) => /journal|report/.test(l))}`);
}

try {
  await scene('one click signs in the office and the desk; a citizen needs no account', signIns);
  await scene('five outlines in one file: 19 plans, 51 items, 40 units; a unit lights its eleven spans', fiveOutlines);
  await scene('one sentence of Hangzhou is cut into its seven road projects', cutRoads);
  await scene('red because due 2011-06-30, no report; reported from a phone it turns green, in public too', redTurnsGreen);
  await scene('the host’s turn, a resolution that the other city accepts, minutes signed and printed', () => meetingScene({ server, enter, call, shot, desktop: DESKTOP, phone: PHONE }));
  for (const [name, play] of dutyScenes({ server, binary, startServer, call, enter, shot, settle, withBrowser, DESKTOP, PHONE })) await scene(name, play);
  await scene('a bulletin is drafted, signed by another, published and printed; a unit reads its own result', () => bulletinPrinted({ server, DESKTOP, PHONE, withBrowser, settle, enter, call, shot }));
  await scene('an opinion is taken up with a reason and the matter concluded; the last city signs and the outline is in force', () => consultScene({ server, enter, shot, desktop: DESKTOP }));
  await scene('who sits there, who decides and why, who is looser, who still owes, who is selected', () => governScene({ server, enter, shot, size: DESKTOP }));
  await scene('one city asks, the other accepts for itself; the public reads the calendar of a network', () => networkScene({ server, enter, shot, size: DESKTOP }));
  await scene('rubbish on the border: one number, two clocks, no closing without a picture, the citizen says “not fixed”', () => caseScene({ server, enter, shot, desktop: DESKTOP, phone: PHONE }));
  await scene('killed under load, nothing that was acknowledged is lost', killed);
  await scene('one flipped byte of a copy is named', flipped);
} finally {
  await server.stop();
  server.remove();
}
console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
process.exit(failed ? 1 : 0);
