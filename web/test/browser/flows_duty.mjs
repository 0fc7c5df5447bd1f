/* flows_duty.mjs - the ways through duties, played in a real browser on the demonstration region (the stand-in server knows too little of them). */
import assert from 'node:assert/strict';
import { settle, withBrowser } from './lib.mjs';

const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 800 };
async function enter(page, base, account) {
  await page.goto(`${base}/sign-in?lang=zh`);
  await page.click(`[data-account="${account}"]`);
  await page.waitForURL('**/desk*');
  await settle(page);
}
const get = (page, path) => page.evaluate(async (p) => (await fetch(`/api/v1${p}`)).json(), path);

export const dutyFlows = {
  async 'a duty report made without a network is kept and sent exactly once, with its photo'({ base, mock }) {
    if (mock) return;
    await withBrowser(PHONE, async (context) => {
      const page = await context.newPage();
      await enter(page, base, 'head');
      const duty = (await get(page, '/my/duties?state=under_way&limit=20')).items[0];
      await page.goto(`${base}/duties/${duty.id}/report`);
      await settle(page);
      const mark = `隧道内填报 ${Date.now()}`;
      await page.fill('textarea[name=text]', mark);
      await page.click('.quick button:nth-child(4)');
      if (duty.percent > 75) await page.fill('textarea[name=reason]', '重新核定');
      const photo = await page.evaluate(() => new Promise((done) => { const c = document.createElement('canvas'); c.width = 40; c.height = 30; c.getContext('2d').fillRect(4, 4, 20, 20); done(c.toDataURL('image/png').split(',')[1]); }));
      await page.setInputFiles('input[type=file]', { name: '现场.png', mimeType: 'image/png', buffer: Buffer.from(photo, 'base64') });
      await page.waitForSelector('.photos li');
      await context.setOffline(true);
      await page.click('.send .btn');
      await page.waitForSelector('.toast:has-text("存在本机")');
      await context.setOffline(false);
      await page.goto(`${base}/desk`);
      const sent = async () => (await get(page, `/duties/${duty.id}`)).reports.filter((r) => r.text === mark);
      for (let i = 0; i < 40 && !(await sent()).length; i += 1) await page.waitForTimeout(250);
      await page.waitForTimeout(800);
      const second = await context.newPage();
      await second.goto(`${base}/desk`);
      await second.waitForTimeout(800);
      const reports = await sent();
      assert.equal(reports.length, 1);
      assert.equal(reports[0].files.length, 1);
      assert.equal(reports[0].state, 'submitted');
    });
  },

  async 'a clerk drafts, the head returns it, the clerk drafts again, the head lets it go out'({ base, mock }) {
    if (mock) return;
    let id;
    const draft = async (text) => withBrowser(PHONE, async (context) => {
      const page = await context.newPage();
      await enter(page, base, 'desk');
      id ??= (await get(page, '/my/duties?state=under_way&limit=20')).items.find((d) => d.percent < 60).id;
      await page.goto(`${base}/duties/${id}/report`);
      await settle(page);
      assert.match(await page.textContent('form.report'), /由本单位负责人批准后报出/);
      await page.fill('textarea[name=text]', text);
      await page.click('.quick button:nth-child(4)');
      await page.click('.send .btn');
      await page.waitForURL(/\/duties\/\d+$/);
      await settle(page);
      assert.match(await page.textContent('[data-report-state=draft]'), new RegExp(text));
    });
    const head = async (work) => withBrowser(DESKTOP, async (context) => {
      const page = await context.newPage();
      await enter(page, base, 'head');
      await page.click(`[data-desk=drafts] [data-duty="${id}"] a`);
      await settle(page);
      await work(page);
    });
    await draft('数字还要核对');
    await head(async (page) => {
      await page.locator('[data-report-state=draft]:has-text("数字还要核对") [data-return]').click();
      await page.fill('dialog [name=return]', '请补充量化数据');
      await page.click('dialog .btn.main');
      await page.waitForSelector('[data-report-state=returned]:has-text("请补充量化数据")');
    });
    await draft('已补充量化数据');
    await head(async (page) => {
      await page.locator('[data-report-state=draft]:has-text("已补充量化数据") [data-approve]').click();
      await page.waitForSelector('[data-report-state=submitted]:has-text("已补充量化数据")');
    });
  },

  async 'a list of duties is found by part of a title, filtered, exported; several are urged at once'({ base, mock }) {
    if (mock) return;
    await withBrowser(DESKTOP, async (context) => {
      const page = await context.newPage();
      await enter(page, base, 'office');
      await page.goto(`${base}/duties`);
      await settle(page);
      await page.fill('[name=q]', '断头路');
      await page.press('[name=q]', 'Enter');
      await page.waitForURL(/q=/);
      await settle(page);
      const titles = await page.$$eval('tbody tr .what a', (a) => a.map((x) => x.textContent));
      assert.ok(titles.length >= 1 && titles.every((x) => x.includes('断头路')), titles.join());
      const [file] = await Promise.all([page.waitForEvent('download'), page.click('[data-csv]')]);
      const { readFileSync } = await import('node:fs');
      const lines = readFileSync(await file.path(), 'utf8').trim().split('\r\n');
      assert.equal(lines.length, titles.length + 1);
      assert.ok(lines[1].includes('断头路'));
      await page.goto(`${base}/duties?light=red`);
      await settle(page);
      const boxes = page.locator('tbody input[type=checkbox]');
      await boxes.nth(0).check();
      await boxes.nth(1).check();
      const ids = await page.$$eval('tbody tr', (rows) => rows.slice(0, 2).map((r) => r.dataset.duty));
      await page.click('[data-urge-many]');
      await page.fill('dialog [name=urge]', '请尽快反馈');
      await page.click('[data-urge-send]');
      await page.waitForSelector('dialog', { state: 'detached' });
      for (const id of ids) assert.ok((await get(page, `/duties/${id}`)).urges.some((u) => u.text === '请尽快反馈'));
      await page.goto(`${base}/slips?view=urges`);
      await settle(page);
      assert.match(await page.textContent('tbody'), /请尽快反馈/);
    });
  },

  async 'an outline is handed over in bulk: looked at, confirmed, done once'({ base, mock }) {
    if (mock) return;
    await withBrowser(DESKTOP, async (context) => {
      const page = await context.newPage();
      await enter(page, base, 'office');
      const outline = (await get(page, '/outlines')).items.find((o) => /澜江都市圈/.test(o.title));
      await page.goto(`${base}/outlines/${outline.id}`);
      await settle(page);
      await page.click('[data-bulk]');
      await page.waitForSelector('[data-preview]');
      const ready = Number(await page.textContent('[data-ready]'));
      assert.ok(ready > 5, `${ready} ready`);
      await page.click('[data-bulk-confirm]');
      await page.waitForSelector('[data-run=done]', { timeout: 30000 });
      assert.equal(await page.textContent('[data-ready]'), '0');
      assert.ok(await page.isDisabled('[data-bulk-confirm]'));
    });
  },
};
