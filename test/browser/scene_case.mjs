/*
 * scene_case.mjs - rubbish on the border of two cities: a citizen reports it from a phone without an account; the first city says that it is the second one's,
 * the second signs; two clocks, one number; it cannot be done without a picture; the citizen says "not fixed", and then that it is.
 */
import assert from 'node:assert/strict';
import { settle, withBrowser } from '../../web/test/browser/lib.mjs';

const picture = (page, words) => page.evaluate((w) => new Promise((done) => {
  const c = document.createElement('canvas');
  c.width = 240;
  c.height = 160;
  const g = c.getContext('2d');
  g.fillStyle = '#8a6f52';
  g.fillRect(0, 0, 240, 160);
  g.fillStyle = '#fff';
  g.font = '20px sans-serif';
  g.fillText(w, 20, 80);
  done(c.toDataURL('image/png').split(',')[1]);
}), words);
const file = async (page, words) => ({ name: '现场.png', mimeType: 'image/png', buffer: Buffer.from(await picture(page, words), 'base64') });

async function pickUnit(page, name) {
  const field = page.locator('dialog [data-unit-pick]').first();
  await field.fill(name.slice(0, -1));
  await page.waitForFunction((n) => [...document.querySelectorAll('dialog datalist option')].some((o) => o.value === n), name);
  await field.fill(name);
}
async function step(page, verb, fill) {
  await page.click(`[data-step="${verb}"]`);
  await page.waitForSelector('dialog [data-step-send]');
  if (fill) await fill();
  await page.waitForFunction(() => !document.querySelector('dialog [data-step-send]').disabled);
  await page.click('dialog [data-step-send]');
  await page.waitForSelector('dialog', { state: 'detached' });
  await settle(page);
}
const stateIs = (page, state) => page.waitForSelector(`[data-turn][data-state="${state}"]`);

export async function caseScene({ server, enter, shot, desktop, phone }) {
  const citizen = {};
  await withBrowser({ ...phone }, async (context) => {
    const page = await context.newPage();
    await page.goto(`${server.url}/public/reports?lang=zh`);
    await page.click('[data-report]');
    await page.waitForSelector('.kinds');
    await page.click('.kind:has-text("垃圾堆积")');
    await page.selectOption('select[name=city]', '990100');
    await page.selectOption('select[name=place_code]', '990102');
    await page.fill('input[name=address]', '界河大桥北侧河滩');
    await page.fill('textarea[name=text]', '两市交界的河滩上堆满垃圾，打电话两边都说不归自己管。');
    await page.setInputFiles('input[name=photos]', await file(page, 'before'));
    await page.fill('input[name=telephone]', '13900001234');
    await page.click('[data-send]');
    await page.waitForSelector('[data-sent]');
    citizen.number = (await page.locator('[data-number]').innerText()).trim();
    citizen.code = (await page.locator('[data-code]').innerText()).trim();
    assert.match(citizen.number, /^AJ-990100-\d{8}-\d{6}$/);
    assert.equal(citizen.code.length, 10);
    await shot(page, 'case-reported-phone');
  });
  let url = '';
  await withBrowser(desktop, async (context) => {
    const page = await context.newPage();
    await enter(page, server.url, 'city_office');
    await page.goto(`${server.url}/cases?lang=zh&q=${citizen.number}`);
    await settle(page);
    await page.click(`a:has-text("${citizen.number}")`);
    await page.waitForSelector('[data-turn]');
    url = page.url().replace(/\?.*/, '');
    await step(page, 'file');
    await stateIs(page, 'filed');
    /* Not past the other city's office. */
    await page.click('[data-step="dispatch"]');
    await pickUnit(page, '云汀市城市管理局');
    await page.click('dialog [data-step-send]');
    await page.waitForSelector('text=跨市移送只能交给对方城市的办公室');
    await pickUnit(page, '云汀市都市圈建设办公室');
    await page.click('dialog [data-step-send]');
    await stateIs(page, 'offered');
  });
  await withBrowser(desktop, async (context) => {
    const page = await context.newPage();
    await enter(page, server.url, 'other_city');
    await page.goto(`${url}?lang=zh`);
    await page.waitForSelector('[data-turn]');
    await step(page, 'accept', async () => undefined);
    await stateIs(page, 'handling');
    assert.equal((await page.locator('[data-number]').innerText()).trim(), citizen.number); /* one number */
    const clocks = await page.locator('[data-clocks]').innerText();
    for (const words of ['派遣 · 澜州办', '对方城市答复 · 云汀办', '处置 · 云汀办']) assert.ok(clocks.includes(words), `${words} in ${clocks}`);
    await page.click('[data-step="feed_back"]');
    await page.fill('dialog textarea[name=text]', '已清运两车。');
    assert.ok(await page.locator('dialog [data-step-send]').isDisabled()); /* not without a picture: the screen says so, and so does the server */
    const refused = await page.evaluate(async (path) => {
      const one = await (await fetch(path)).json();
      const answer = await fetch(`${path}/steps`, { method: 'POST', headers: { 'Content-Type': 'application/json', 'If-Match': `"${one.version}"`, 'Idempotency-Key': String(Math.random()) }, body: JSON.stringify({ verb: 'feed_back', text: '已清运' }) });
      return answer.status;
    }, `/api/v1/cases/${url.split('/').pop()}`);
    assert.equal(refused, 422);
    await page.setInputFiles('dialog input[name=files]', await file(page, 'half'));
    await page.click('dialog [data-step-send]');
    await stateIs(page, 'fed_back');
    await shot(page, 'case-two-clocks');
  });
  const pass = () => withBrowser(desktop, async (context) => {
    const page = await context.newPage();
    await enter(page, server.url, 'city_office');
    await page.goto(`${url}?lang=zh`);
    await page.waitForSelector('[data-turn]');
    await step(page, 'pass');
    await stateIs(page, 'confirming');
  });
  await pass();
  const look = (page) => (async () => {
    await page.goto(`${server.url}/public/reports/look-up?lang=zh&number=${citizen.number}`);
    await page.fill('input[name=code]', citizen.code.toLowerCase());
    await page.click('[data-look]');
    await page.waitForSelector('[data-story]');
  })();
  await withBrowser(phone, async (context) => {
    const page = await context.newPage();
    await look(page);
    await page.fill('textarea[name=more]', '只清了一半，桥墩下面还有。');
    await page.click('[data-dispute]');
    await page.waitForSelector('[data-story][data-mark="handling"]');
    await shot(page, 'case-not-fixed-phone');
  });
  await withBrowser(desktop, async (context) => {
    const page = await context.newPage();
    await enter(page, server.url, 'other_city');
    await page.goto(`${url}?lang=zh`);
    await page.waitForSelector('[data-turn][data-state="handling"]');
    await step(page, 'feed_back', async () => {
      await page.fill('dialog textarea[name=text]', '桥墩下也清完了。');
      await page.setInputFiles('dialog input[name=files]', await file(page, 'after'));
    });
    await stateIs(page, 'fed_back');
  });
  await pass();
  await withBrowser(phone, async (context) => {
    const page = await context.newPage();
    await look(page);
    await page.check('input[name=mark][value="4"]');
    await page.click('[data-confirm]');
    await page.waitForSelector('[data-story][data-mark="closed"]');
  });
  await withBrowser(desktop, async (context) => {
    const page = await context.newPage();
    await enter(page, server.url, 'city_office');
    await page.goto(`${server.url}/case-statistics?lang=zh`);
    await page.waitForSelector('[data-stats]');
    const row = page.locator('[data-stats] tbody tr', { hasText: '云汀市都市圈建设办公室' });
    await shot(page, 'case-statistics');
    await row.locator('a').first().click();
    await page.waitForSelector(`a:has-text("${citizen.number}")`);
  });
}
