/* flows_network.mjs - networks and requests in a real browser on the demonstration region: figures open to their rows, a record is looked at for a purpose, a lead is answered. */
import assert from 'node:assert/strict';
import { overflow, settle, withBrowser } from './lib.mjs';

const SIZES = [{ width: 1280, height: 800 }, { width: 390, height: 844 }];
async function enter(page, base, account) {
  await page.goto(`${base}/sign-in?lang=zh`);
  await page.click(`[data-account="${account}"]`);
  await page.waitForURL('**/desk*');
  await settle(page);
}
const get = (page, path) => page.evaluate(async (p) => (await fetch(`/api/v1${p}`)).json(), path);
const named = async (page, title) => (await get(page, '/networks?limit=50')).items.find((n) => n.title.includes(title)).id;

export const networkFlows = {
  async 'the figure of a programme opens to its rows; four offices have four functions each; on a phone too'({ base, mock, shots }) {
    if (mock) return;
    for (const size of SIZES) await withBrowser(size, async (context) => {
      const page = await context.newPage();
      await enter(page, base, 'office');
      for (const [name, title] of [['overseas', '驻外办事处'], ['tour', '旅游协作'], ['alliance', '高校人才']]) {
        await page.goto(`${base}/networks/${await named(page, title)}`);
        await settle(page);
        assert.equal(await overflow(page), null, `${name} is wider than the window`);
        if (name === 'overseas') assert.equal(await page.locator('.matrix tbody td b').count(), 16);
        if (shots) await page.screenshot({ path: `${shots}/network-${name}-${size.width}.png`, fullPage: true });
      }
      await page.click('button:has-text("21 / 50")');
      await page.waitForSelector('dialog .sum');
      assert.match(await page.textContent('dialog .sum'), /合计 21/);
      assert.equal(await page.locator('dialog .line').count(), 2);
      if (shots) await page.screenshot({ path: `${shots}/network-figures-${size.width}.png` });
    });
  },

  async 'a shared record is shown for a purpose to who works in an agency named, and to the wider office not at all'({ base, mock, shots }) {
    if (mock) return;
    await withBrowser(SIZES[0], async (context) => {
      const page = await context.newPage();
      await enter(page, base, 'head');
      const id = await named(page, '四部门协作');
      await page.goto(`${base}/networks/${id}`);
      await settle(page);
      await page.click('tr:has-text("澜州精工") button:has-text("查看")');
      assert.equal(await page.locator('dialog button.main').isDisabled(), true); /* for nothing nobody looks */
      await page.selectOption('dialog select', 'inspection');
      await page.click('dialog button.main');
      await page.waitForSelector('dialog:has-text("Noordzee Tools")');
      assert.match(await page.textContent('dialog'), /监督检查/);
      if (shots) await page.screenshot({ path: `${shots}/network-record.png` });
    });
    await withBrowser(SIZES[0], async (context) => {
      const page = await context.newPage();
      await enter(page, base, 'office');
      await page.goto(`${base}/networks/${await named(page, '四部门协作')}`);
      await settle(page);
      assert.match(await page.textContent('main'), /没有与您的部门共享的档案/);
      assert.doesNotMatch(await page.textContent('main'), /澜州精工/);
    });
  },

  async 'a lead is declined with a reason and goes to another unit; figures by country open to the rows'({ base, mock, shots }) {
    if (mock) return;
    await withBrowser(SIZES[1], async (context) => {
      const page = await context.newPage();
      await enter(page, base, 'head');
      const lead = (await get(page, `/cooperation-requests?q=${encodeURIComponent('轨道信号企业')}`)).items[0];
      await page.goto(`${base}/cooperation-requests/${lead.id}`);
      await settle(page);
      await page.click('button:has-text("婉拒")');
      await page.fill('dialog textarea', '属经信局职责');
      await page.click('dialog button.main');
      await page.waitForSelector('td:has-text("属经信局职责")');
      if (shots) await page.screenshot({ path: `${shots}/request-declined-390.png`, fullPage: true });
      assert.equal((await get(page, `/cooperation-requests/${lead.id}`)).state, 'declined');
    });
    await withBrowser(SIZES[0], async (context) => {
      const page = await context.newPage();
      await enter(page, base, 'office');
      await page.goto(`${base}/cooperation-requests`);
      await settle(page);
      await page.click('.figures summary');
      if (shots) await page.screenshot({ path: `${shots}/requests-figures.png` });
      const cell = page.locator('.figures tr:has(th:text-is("日本")) td a').last();
      const n = Number(await cell.textContent());
      await cell.click();
      await settle(page);
      assert.equal(await page.locator('.card.flush tbody tr').count(), n);
      const tour = await named(page, '旅游协作');
      await page.goto(`${base}/public/networks/${tour}`);
      await settle(page);
      assert.match(await page.textContent('main'), /两江夜游联票/);
      assert.doesNotMatch(await page.textContent('main'), /踩线/);
      if (shots) await page.screenshot({ path: `${shots}/network-public.png` });
    });
  },
};
