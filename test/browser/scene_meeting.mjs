/*
 * scene_meeting.mjs - the mayors' joint meeting: whose turn it is to host, what comes back by itself, a resolution entered in the browser that
 * becomes a duty which the other city accepts, minutes that it signs, and both as they are printed.
 */
import assert from 'node:assert/strict';
import { overflow, settle, watch, withBrowser } from '../../web/test/browser/lib.mjs';

const text = (page, at) => page.locator(at).first().innerText();
async function step(page, verb, state) {
  await page.click(`[data-step="${verb}"]`);
  await page.waitForFunction((s) => document.querySelector('[data-state]')?.textContent === s, state);
}

async function host(page, base, shot) {
  await page.goto(`${base}/meetings?lang=zh`);
  await settle(page);
  await page.click('[data-body] a:has-text("澜江都市圈市长联席会议")');
  await page.waitForURL('**/meeting-bodies/*');
  await settle(page);
  assert.match(await text(page, '[data-turn]'), /第5次会议轮到主办：\s*松屿市/);
  await shot(page, '7-meeting-body', { fullPage: true });
  await page.locator('.lines a', { hasText: '年度总结' }).click();
  await page.waitForURL('**/meetings/*');
  await settle(page);
  assert.equal(await text(page, '[data-host]'), '砚溪市都市圈建设办公室'); /* the fourth is the third city's */
  const agenda = await page.locator('[data-item]').allInnerTexts();
  const back = agenda.filter((t) => t.includes('上次决议'));
  assert.ok(back.length >= 2, 'open resolutions of the sessions before came back by themselves');
  assert.ok(back.some((t) => t.includes('界河大桥')));
  return page.url().match(/meetings\/(\d+)/)[1];
}

/* It is brought forward to today, called, and held with all four there. */
async function hold(page, today) {
  await page.click('[data-edit]');
  await page.locator('[data-day] input[type=text], input[data-day]').first().fill(today);
  await page.click('[data-session-save]');
  await page.waitForSelector('dialog', { state: 'detached' });
  await step(page, 'call', '已通知');
  const members = await page.locator('[data-member]').count();
  assert.equal(members, 4);
  for (let i = 0; i < members; i += 1) {
    await page.locator('[data-attend]').nth(i).click();
    await page.click('[data-attend-save]');
    await page.waitForSelector('dialog', { state: 'detached' });
  }
  assert.match(await text(page, '[data-quorum]'), /到会4\/4/);
  await step(page, 'hold', '已召开');
}

/* A resolution, and the second city's office charged with it. */
async function decide(page) {
  await page.click('[data-resolve]');
  await page.fill('[data-resolution-text]', '四市公交票价优惠自2027年1月1日起实行。');
  await page.click('[data-resolution-save]');
  await page.waitForSelector('[data-charge]');
  await page.click('[data-charge]');
  await page.locator('[data-lead] input, input[data-lead]').first().fill('云汀市都市圈建设办公室');
  await page.waitForSelector('[data-charge-save]:not([disabled])');
  await page.click('[data-charge-save]');
  await page.waitForSelector('[data-duty]');
  const card = page.locator('[data-resolution]', { hasText: '票价优惠自2027' });
  await card.getByText('待对方城市答复').first().waitFor(); /* offered, not ordered */
  return card.locator('[data-duty]').first().getAttribute('data-duty');
}

async function minutes(page) {
  await page.fill('[data-minutes]', '会议一致同意票价优惠办法，由云汀市牵头落实。');
  await page.click('[data-minutes-save]');
  await page.waitForSelector('[data-minutes-save][disabled]');
  await step(page, 'minute', '纪要待签');
}

export async function meetingScene({ server, enter, call, shot, desktop, phone }) {
  let id = '';
  let duty = '';
  await withBrowser(desktop, async (context) => {
    const page = await context.newPage();
    const errors = watch(page);
    await enter(page, server.url, 'office');
    id = await host(page, server.url, shot);
    await hold(page, (await call(page, 'GET', '/session')).instance.today_on);
    duty = await decide(page);
    await minutes(page);
    await shot(page, '7-meeting', { fullPage: true });
    assert.deepEqual(errors, []);
  });
  await withBrowser(phone, async (context) => {
    const page = await context.newPage();
    await enter(page, server.url, 'other_city');
    const offered = await call(page, 'GET', `/duties/${duty}`);
    assert.equal(offered.sources[0].kind, 'resolution');
    const taken = await call(page, 'POST', `/duties/${duty}/steps`, { verb: 'accept' }, offered.version);
    assert.equal(taken.state, 'under_way');
    await page.goto(`${server.url}/meetings/${id}?lang=zh`);
    await settle(page);
    assert.match(await page.locator(`[data-duty="${duty}"]`).innerText(), /办理中/);
    assert.equal(await page.locator('[data-step]').count(), 0, 'a member does not run the session');
    await page.click('[data-sign]');
    await page.click('[data-sign-save]');
    await page.waitForFunction(() => document.querySelector('.signed'));
    assert.equal(await overflow(page), null);
    await shot(page, '7-meeting-phone', { fullPage: true });
  });
  await withBrowser(desktop, async (context) => {
    const page = await context.newPage();
    const errors = watch(page);
    await enter(page, server.url, 'office');
    for (const [what, words] of [['minutes', ['会议纪要', '四市公交票价优惠自2027年1月1日起实行。（协商一致）', '云汀市都市圈建设办公室', '办理中']], ['notice', ['会议通知', '会议议程', '落实情况：']]]) {
      await page.goto(`${server.url}/api/v1/meetings/${id}/${what}.html?lang=zh`);
      const printed = await page.innerText('body');
      for (const w of words) assert.ok(printed.includes(w), `${what}: ${w}`);
      assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector('h1')).textAlign), 'center', 'its style is let in');
      await shot(page, `7-print-${what}`, { fullPage: true });
    }
    /* The .docx is read back by the reader of outlines: what stands in it is what was decided. */
    await page.goto(`${server.url}/meetings/${id}?lang=zh`); /* a printed page may fetch nothing */
    await settle(page);
    const read = await page.evaluate(async (p) => {
      const file = await fetch(p);
      const back = await fetch('/api/v1/outlines/read', { method: 'POST', body: await file.arrayBuffer(), headers: { 'Content-Type': file.headers.get('Content-Type'), 'Idempotency-Key': crypto.randomUUID() } });
      return { status: file.status, named: file.headers.get('Content-Disposition'), back: back.status, text: await back.text() };
    }, `/api/v1/meetings/${id}/minutes.docx?lang=zh`);
    assert.deepEqual([read.status, read.back], [200, 200], read.text.slice(0, 200));
    assert.match(read.named, /attachment/);
    for (const words of ['四市公交票价优惠自2027年1月1日起实行', '牵头单位：云汀市都市圈建设办公室', '会议一致同意票价优惠办法']) assert.ok(read.text.includes(words), `minutes.docx: ${words}`);
    assert.deepEqual(errors, []);
  });
}

/* The first city speaks, the office decides on each opinion and concludes; then that city signs the outline as the last one. */
export async function consultScene({ server, enter, shot, desktop }) {
  const say = async (page, stance, words) => {
    await page.click('[data-speak]');
    await page.check(`dialog input[value="${stance}"]`);
    await page.fill('[data-opinion]', words);
    await page.click('[data-say]');
    await page.waitForSelector('dialog', { state: 'detached' });
  };
  await withBrowser(desktop, async (context) => {
    const page = await context.newPage();
    await enter(page, server.url, 'city_office');
    await page.goto(`${server.url}/consultations?lang=zh`);
    await settle(page);
    await page.click('[data-consultation] a');
    await page.waitForURL('**/consultations/*');
    await settle(page);
    assert.match(await text(page, '[data-answered]'), /已答复3\/4/);
    assert.equal(await page.locator('[data-speak]').count(), 1, 'it speaks for itself only');
    assert.equal(await page.locator('[data-conclude]').count(), 0);
    await say(page, 'change', '按实际客流分担。');
    assert.match(await text(page, '[data-answered]'), /已答复4\/4/);
  });
  await withBrowser(desktop, async (context) => {
    const page = await context.newPage();
    await enter(page, server.url, 'office');
    await page.goto(`${server.url}/consultations?lang=zh`);
    await settle(page);
    await page.click('[data-consultation] a');
    await page.waitForURL('**/consultations/*');
    await settle(page);
    for (const words of ['按实际客流分担。', '暂不同意固定比例']) {
      await page.locator('[data-heard]', { hasText: words }).locator('[data-decide]').click();
      await page.check('dialog input[value="partly"]');
      await page.fill('dialog textarea', '首年按人口，次年起按客流。');
      await page.click('[data-decide-save]');
      await page.waitForSelector('dialog', { state: 'detached' });
    }
    await page.click('[data-conclude]');
    await page.fill('[data-conclusion]', '办法通过，首年按人口分担。');
    await page.click('[data-end]');
    await page.waitForFunction(() => document.querySelector('[data-state]')?.textContent === '已办结');
    await shot(page, '8-consultation', { fullPage: true });
  });
  await withBrowser(desktop, async (context) => {
    const page = await context.newPage();
    await enter(page, server.url, 'city_office');
    await page.goto(`${server.url}/outlines?lang=zh`);
    await settle(page);
    await page.locator('a', { hasText: '澜江都市圈同城化行动纲要' }).first().click();
    await page.waitForURL('**/outlines/*');
    await settle(page);
    await page.click('[data-signatures]');
    await page.waitForURL('**/signatures*');
    await settle(page);
    assert.match(await text(page, '[data-force]'), /尚未生效：还有1个市未签署/);
    await page.click('[data-sign]');
    await page.waitForFunction(() => /生效/.test(document.querySelector('[data-force]')?.textContent ?? '') && !/尚未/.test(document.querySelector('[data-force]').textContent));
    assert.match(await text(page, '[data-signed]'), /已签署4\/4/);
    await shot(page, '8-signatures');
  });
}
