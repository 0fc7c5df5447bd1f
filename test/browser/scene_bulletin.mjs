/*
 * scene_bulletin.mjs - a month is said: the office drafts the bulletin in the browser, opens a figure to the actions behind it, hands it in; the leader signs; the
 * office publishes; a citizen reads it and prints the document. Then a unit reads its own result of an assessment.
 */
import assert from 'node:assert/strict';
import { inflateRawSync } from 'node:zlib';

/* part - one file of a zip archive, by its central directory. */
function part(zip, wanted) {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  let at = zip.readUInt32LE(end + 16);
  for (let n = zip.readUInt16LE(end + 10); n > 0; n -= 1) {
    const [method, packed, nameLength, extra, comment, local] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20), zip.readUInt16LE(at + 28), zip.readUInt16LE(at + 30), zip.readUInt16LE(at + 32), zip.readUInt32LE(at + 42)];
    if (zip.toString('utf8', at + 46, at + 46 + nameLength) === wanted) {
      const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      const body = zip.subarray(start, start + packed);
      return (method === 8 ? inflateRawSync(body) : body).toString('utf8');
    }
    at += 46 + nameLength + extra + comment;
  }
  throw new Error(`${wanted} is not in the archive`);
}

export async function bulletinPrinted({ server, DESKTOP, PHONE, withBrowser, settle, enter, call, shot }) {
  let id = '';
  let number = '';
  await withBrowser(DESKTOP, async (context) => {
    const page = await context.newPage();
    await enter(page, server.url, 'office');
    await page.goto(`${server.url}/bulletins`);
    await settle(page);
    assert.ok((await page.locator('.list li').count()) >= 4, 'three published, one draft');
    await page.click('[data-new]');
    await page.selectOption('select[name=template]', 'monthly');
    /* of one public outline: over outlines that are not public the public reads nothing */
    const ours = page.locator('select', { has: page.locator('option', { hasText: '澜江都市圈同城化行动纲要' }) }).last();
    await ours.selectOption({ label: await ours.locator('option', { hasText: '澜江都市圈同城化行动纲要' }).first().innerText() });
    await page.click('[data-make]');
    await page.waitForURL('**/bulletins/*');
    await settle(page);
    id = page.url().match(/bulletins\/(\d+)/)[1];
    const draft = await call(page, 'GET', `/bulletins/${id}`);
    const red = draft.scopes[0].figures.red;
    await page.fill('#body-0', '截至{until}，红灯{red}项。');
    await page.waitForFunction((n) => document.querySelector('[data-paper]').textContent.includes(`红灯${n}项。`), red); /* the paper follows the keys */
    await page.fill('#body-1', '{nothing}');
    await page.waitForSelector('[data-wrong]');
    await page.fill('#body-1', '平均完成{percent}。');
    await page.locator('tr.all [data-figure=red]').click();
    await page.waitForSelector('[data-rows]');
    assert.equal(await page.locator('[data-rows] li').count(), red, 'the number is the rows behind it');
    await shot(page, 'bulletin-rows');
    await page.keyboard.press('Escape');
    await shot(page, 'bulletin-draft', { fullPage: true });
    await page.click('[data-submit]');
    await page.waitForFunction(() => document.querySelector('[data-state]').textContent.includes('待签发'));
    assert.equal(await page.locator('[data-approve]').count(), 0, 'the writer cannot sign');
  });
  await withBrowser(DESKTOP, async (context) => {
    const page = await context.newPage();
    await enter(page, server.url, 'leader');
    await page.goto(`${server.url}/bulletins/${id}`);
    await settle(page);
    await page.click('[data-approve]');
    await page.waitForFunction(() => document.querySelector('[data-state]').textContent.includes('已签发'));
  });
  await withBrowser(DESKTOP, async (context) => {
    const page = await context.newPage();
    await enter(page, server.url, 'office');
    await page.goto(`${server.url}/bulletins/${id}`);
    await settle(page);
    await page.click('[data-publish]');
    await page.waitForFunction(() => document.querySelector('[data-state]').textContent.includes('已发布'));
    number = (await call(page, 'GET', `/bulletins/${id}`)).document_number;
    assert.match(number, /〔\d{4}〕\d+号$/);
    await shot(page, 'bulletin-published', { fullPage: true });
  });
  await withBrowser(PHONE, async (context) => {
    const page = await context.newPage();
    await page.goto(`${server.url}/public/bulletins?lang=zh`);
    await settle(page);
    await page.locator('.list li a').first().click();
    await page.waitForFunction((n) => document.querySelector('[data-paper]')?.textContent.includes(n), number);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'nothing sticks out on a phone');
    await shot(page, 'bulletin-public-phone');
    const href = await page.locator('a[href$="document.docx"]').getAttribute('href');
    const answer = await page.request.get(`${server.url}${href}`);
    const xml = part(await answer.body(), 'word/document.xml');
    assert.ok(xml.includes(number) && xml.includes('FF0000') && xml.includes('红灯'), 'the printed document says it too');
  });
  await withBrowser(PHONE, async (context) => {
    const page = await context.newPage();
    await enter(page, server.url, 'head');
    await page.goto(`${server.url}/assessments`);
    await settle(page);
    await page.locator('.list li a').first().click();
    await page.waitForSelector('.results');
    assert.equal(await page.locator('.results > li').count(), 1, 'its own result alone');
    await shot(page, 'assessment-own-phone', { fullPage: true });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
  });
}
