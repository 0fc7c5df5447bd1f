/* scene_network.mjs - the scene of networks and requests: one city asks, the other accepts for itself; an entry of a network stands in the public calendar. */
import assert from 'node:assert/strict';
import { settle, withBrowser } from '../../web/test/browser/lib.mjs';

export async function networkScene({ server, enter, shot, size }) {
  await withBrowser(size, async (context) => {
    const page = await context.newPage();
    await enter(page, server.url, 'other_city');
    await page.goto(`${server.url}/cooperation-requests`);
    await page.click('text=共建轨道交通联合实验室');
    await page.click('button:has-text("接受")');
    await page.locator('dialog').getByLabel('答复').fill('同意，由市科技局承办');
    await page.click('dialog button[type=submit]');
    await page.waitForSelector('td:has-text("同意，由市科技局承办")');
    await page.waitForSelector('button:has-text("反馈结果")');
    await shot(page, 'request');
  });
  await withBrowser(size, async (context) => {
    const page = await context.newPage();
    await page.goto(`${server.url}/public/networks?lang=zh`);
    await page.click('text=两江三城旅游协作网络');
    await settle(page);
    const seen = await page.locator('main').innerText();
    assert.match(seen, /两江夜游联票/);
    assert.doesNotMatch(seen, /内部会/);
    const calendar = await page.evaluate(async (href) => (await fetch(href)).text(), await page.locator('a[href$="calendar.ics"]').getAttribute('href'));
    assert.match(calendar, /SUMMARY:两江夜游联票\r\n/);
    await shot(page, 'network-public');
  });
}
