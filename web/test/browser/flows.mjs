/*
 * flows.mjs - the ways through the app, played in a real browser. Each throws when what it says does not hold. They need an office and a desk
 * account among the demonstration accounts, and leave what they made behind.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { settle, watch, withBrowser } from './lib.mjs';

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const FIVE = new URL('../../../../shared/outlines/five-outlines.txt', import.meta.url).pathname;
const PNG = png(64, 48);
const OWN = `澄江市水环境整治行动纲要
澄环办〔2026〕7号
一、治水
行动计划1.治理河道（牵头单位：市水利局，参加单位：市生态环境局、市财政局）
2026年12月31日以前完成12公里河道整治。加快东河、西河整治，启动南河清淤。
行动计划2.管住排口（牵头单位：市生态环境局）
每季度检查一次排口。本纲要共3项行动计划。
`;

/* png - a small picture made here: a gradient, so that scaling it shows. */
function png(width, height) {
  const table = Array.from({ length: 256 }, (_, n) => { let c = n; for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1; return c >>> 0; });
  const crc = (data) => { let c = 0xffffffff; for (const b of data) c = table[(c ^ b) & 255] ^ (c >>> 8); return (c ^ 0xffffffff) >>> 0; };
  const part = (type, data) => { const body = Buffer.concat([Buffer.from(type), data]); const out = Buffer.alloc(body.length + 8); out.writeUInt32BE(data.length); body.copy(out, 4); out.writeUInt32BE(crc(body), body.length + 4); return out; };
  const head = Buffer.alloc(13); head.writeUInt32BE(width); head.writeUInt32BE(height, 4); head.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.concat(Array.from({ length: height }, (_, y) => Buffer.from([0, ...Array.from({ length: width }, (__, x) => [x * 3, y * 4, 120]).flat()])));
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), part('IHDR', head), part('IDAT', deflateSync(rows)), part('IEND', Buffer.alloc(0))]);
}
async function enter(page, base, account = 'office') {
  await page.goto(`${base}/sign-in?lang=zh`);
  await page.click(`[data-account="${account}"]`);
  await page.waitForURL('**/desk*');
  await settle(page);
}
async function importText(page, base, name, buffer) {
  await page.goto(`${base}/import`);
  await settle(page);
  await page.setInputFiles('input[type=file]', { name, mimeType: 'text/plain', buffer });
  await page.waitForURL('**/imports/*');
  await settle(page);
}
const lit = (page, kinds) => page.$$eval(kinds.map((k) => `.source .m-${k}`).join(','), (spans) => spans.map((s) => s.textContent));
const apiGet = (page, path) => page.evaluate(async (p) => (await fetch(`/api/v1${p}`)).json(), path);
async function confirmImport(page) {
  await page.click('.page-head .btn.main');
  await page.waitForSelector('dialog[open]');
  await page.waitForSelector('[data-confirm]:not([disabled])');
  await page.click('[data-confirm]');
  await page.waitForURL(/\/outlines/);
  await settle(page);
}
const only = { permissions: [] };

export const flows = {
  async 'signed out, a desk page asks to sign in and comes back after it'({ base }) {
    await withBrowser(DESKTOP, async (context) => {
      const page = await context.newPage();
      await page.goto(`${base}/actions?light=red`);
      await page.waitForURL(/\/sign-in\?next=/);
      await page.click('[data-account="office"]');
      await page.waitForURL(/\/actions\?light=red/);
    });
  },

  async 'one file holds five outlines; a click on a unit lights all its spans; a node shows its own bytes'({ base, shots }) {
    if (!existsSync(FIVE)) return console.log('    skipped: no five-outlines.txt beside the repository');
    const file = readFileSync(FIVE);
    await withBrowser(DESKTOP, async (context) => {
      const page = await context.newPage();
      const errors = watch(page);
      await enter(page, base);
      await importText(page, base, 'five-outlines.txt', file);
      const tabs = page.locator('.docs a');
      assert.equal(await tabs.count(), 5);
      await tabs.nth(2).click();
      await settle(page);
      await page.click('.panel [role=tab]:nth-child(2)');
      await page.click('[data-unit="市文体旅游局"]');
      await page.waitForSelector('.source .m-unit, .source .m-lead');
      const places = await lit(page, ['unit', 'lead']);
      assert.equal(places.length, 11, `lit: ${places.join(' ')}`);
      assert.match(await page.textContent('.mentions [role=status]'), /11/);
      if (shots) await page.screenshot({ path: `${shots}/flow-unit-lit.png` });
      const items = page.locator('.doctree [role=treeitem]');
      const n = await items.count();
      assert.ok(n > 30, `${n} nodes`);
      const id = page.url().match(/imports\/(\d+)/)[1];
      const doc = await apiGet(page, `/imports/${id}/documents/2`);
      for (const i of [3, Math.floor(n / 2), n - 2]) {
        const key = await items.nth(i).getAttribute('data-key');
        const node = doc.nodes.find((x) => String(x.key) === key);
        await items.nth(i).click();
        await page.waitForFunction((k) => document.querySelector(`[data-key="${k}"]`)?.getAttribute('aria-selected') === 'true', key);
        await page.waitForTimeout(80);
        const shown = (await page.$$eval('.source .m-node', (spans) => spans.map((s) => s.textContent))).join('');
        const want = file.subarray(node.start, node.end).toString('utf8');
        assert.equal(shown.replace(/\s/g, ''), want.replace(/\s/g, ''), `node ${key}`);
      }
      if (shots) await page.screenshot({ path: `${shots}/flow-node.png` });
      assert.deepEqual(errors, []);
    });
  },

  async 'a draft is corrected, checked and confirmed; its outline has the actions'({ base, shots }) {
    await withBrowser(DESKTOP, async (context) => {
      const page = await context.newPage();
      const errors = watch(page);
      await enter(page, base);
      await importText(page, base, 'own.txt', Buffer.from(OWN));
      await page.click('.panel [role=tab]:nth-child(3)');
      assert.match(await page.textContent('.checks .bad'), /3/);
      const action = page.locator('.doctree .k-action').first();
      await action.click();
      const heading = page.locator('.editor label:has-text("标题") input');
      await heading.fill('治理全市河道');
      await heading.press('Tab');
      await page.waitForFunction(() => [...document.querySelectorAll('.doctree .k-action')].some((n) => n.textContent.includes('治理全市河道')));
      await page.reload();
      await settle(page);
      assert.match(await page.locator('.doctree .k-action').first().textContent(), /治理全市河道/);
      await confirmImport(page);
      const outlines = await apiGet(page, '/outlines?q=%E6%BE%84%E6%B1%9F%E5%B8%82%E6%B0%B4');
      const mine = outlines.items[0];
      assert.equal(Number(mine.actions), 2);
      await page.goto(`${base}/outlines/${mine.id}`);
      await settle(page);
      if (shots) await page.screenshot({ path: `${shots}/flow-outline.png` });
      assert.deepEqual(errors, []);
    });
  },

  async 'a sentence is cut into actions that are marked as the office\'s'({ base, shots }) {
    await withBrowser(DESKTOP, async (context) => {
      const page = await context.newPage();
      await enter(page, base);
      const mine = (await apiGet(page, '/outlines?q=%E6%BE%84%E6%B1%9F%E5%B8%82%E6%B0%B4')).items[0];
      await page.goto(`${base}/outlines/${mine.id}`);
      await settle(page);
      await page.click('.panel [role=tab]:nth-child(2)');
      const line = page.locator('.source p:has-text("加快东河")');
      const box = await line.boundingBox();
      const at = await line.evaluate((p) => {
        const walker = document.createTreeWalker(p, NodeFilter.SHOW_TEXT);
        for (let n = walker.nextNode(); n; n = walker.nextNode()) {
          const i = n.textContent.indexOf('加快');
          if (i < 0) continue;
          const r = document.createRange();
          r.setStart(n, i);
          r.setEnd(n, i + 2);
          const b = r.getBoundingClientRect();
          return { x: b.left + b.width / 2, y: b.top + b.height / 2 };
        }
        return null;
      });
      assert.ok(at && box);
      await page.mouse.click(at.x, at.y);
      await page.waitForSelector('.cut .picked');
      assert.equal((await page.textContent('.cut .picked')).trim(), '加快东河、西河整治，启动南河清淤。');
      await page.click('[data-cut]');
      await page.waitForSelector('.pieces li');
      const pieces = await page.locator('.pieces li').count();
      assert.ok(pieces >= 3, `${pieces} pieces`);
      await page.locator('.pieces summary').first().click();
      await page.locator('.pieces li').first().locator('input[type=text]').first().fill('市住房城乡建设局');
      await page.locator('.pieces li').first().locator('input[data-date]').fill('2027-06-30');
      if (shots) await page.screenshot({ path: `${shots}/flow-cut.png` });
      await page.click('[data-cut-confirm]');
      await page.waitForFunction(() => !document.querySelector('.pieces'));
      await page.waitForTimeout(400);
      const after = await apiGet(page, `/actions?outline=${mine.id}&limit=50`);
      const made = after.items.filter((a) => a.origin === 'office');
      assert.equal(made.length, pieces);
      assert.ok(made.some((a) => a.due_on === '2027-06-30' && a.due_origin === 'office' && a.units.some((u) => u.origin === 'office')), JSON.stringify(made));
    });
  },

  async 'a report with a photo from a phone turns the public page in another window'({ base, shots }) {
    await withBrowser(DESKTOP, async (office) => {
      const page = await office.newPage();
      await enter(page, base);
      const outline = (await apiGet(page, '/public/outlines')).items[0];
      const action = (await apiGet(page, `/actions?outline=${outline.id}&limit=200`)).items.find((a) => a.light !== 'green' && Number(a.percent ?? 0) < 100);
      assert.ok(action, 'a public action that is not green');
      const watcher = await office.newPage();
      await watcher.goto(`${base}/public/outlines/${outline.id}`);
      await settle(watcher);
      const before = await watcher.getAttribute(`[data-action="${action.id}"]`, 'data-light-is');
      const phone = await office.newPage();
      await phone.setViewportSize(PHONE);
      await phone.goto(`${base}/actions/${action.id}/report`);
      await settle(phone);
      await phone.fill('textarea[name=text]', '全部完成，已验收。');
      await phone.check('input[name=done]');
      await phone.setInputFiles('input[type=file]', { name: 'IMG_1.png', mimeType: 'image/png', buffer: PNG });
      await phone.waitForSelector('.photos canvas');
      if (shots) await phone.screenshot({ path: `${shots}/flow-report.png` });
      await phone.click('.send .btn');
      await phone.waitForURL(`**/actions/${action.id}*`);
      await settle(phone);
      await phone.waitForSelector('[data-light-is="green"]');
      const photo = phone.locator('.photos img').first();
      await photo.scrollIntoViewIfNeeded();
      await phone.waitForFunction(() => document.querySelector('.photos img')?.naturalWidth > 0);
      assert.match(await phone.textContent('.journal'), /报告进展/);
      await watcher.waitForSelector(`[data-action="${action.id}"][data-light-is="green"]`, { timeout: 15000 });
      assert.notEqual(before, 'green');
      if (shots) await phone.screenshot({ path: `${shots}/flow-action.png`, fullPage: true });
    });
  },

  async 'a report made without a network is kept and sent exactly once'({ base }) {
    await withBrowser(PHONE, async (context) => {
      const page = await context.newPage();
      await enter(page, base);
      const action = (await apiGet(page, '/actions?limit=5')).items[0];
      await page.goto(`${base}/actions/${action.id}/report`);
      await settle(page);
      const mark = `离线填报 ${Date.now()}`;
      await page.fill('textarea[name=text]', mark);
      await context.setOffline(true);
      await page.click('.send .btn');
      await page.waitForSelector('.toast:has-text("存在本机")');
      assert.equal((await page.evaluate(() => new Promise((done) => { const o = indexedDB.open('yiti', 1); o.onsuccess = () => { const g = o.result.transaction('outbox').objectStore('outbox').getAll(); g.onsuccess = () => done(g.result.length); }; }))), 1);
      await context.setOffline(false);
      await page.goto(`${base}/desk`);
      const sent = async () => (await apiGet(page, `/actions/${action.id}/reports`)).items.filter((r) => r.text === mark).length;
      for (let i = 0; i < 40 && !(await sent()); i += 1) await page.waitForTimeout(250);
      assert.equal(await sent(), 1);
      const second = await context.newPage();
      await second.goto(`${base}/desk`);
      await second.waitForTimeout(800);
      assert.equal(await sent(), 1);
    }, only);
  },

  async 'the actions that the filters show come out as a file'({ base }) {
    await withBrowser(DESKTOP, async (context) => {
      const page = await context.newPage();
      await enter(page, base);
      const exported = async (query) => {
        await page.goto(`${base}/actions${query}`);
        await settle(page);
        const [file] = await Promise.all([page.waitForEvent('download'), page.click('[data-csv]')]);
        return { name: file.suggestedFilename(), text: readFileSync(await file.path(), 'utf8') };
      };
      const count = async (query) => page.evaluate(async (q) => {
        let n = 0;
        for (let after = ''; after !== null;) {
          const got = await (await fetch(`/api/v1/actions?limit=50${q}${after}`)).json();
          n += got.items.length;
          after = got.next ? `&after=${encodeURIComponent(got.next)}` : null;
        }
        return n;
      }, query);
      const all = await exported('');
      assert.match(all.name, /\.csv$/);
      assert.equal(all.text.charCodeAt(0), 0xfeff);
      assert.match(all.text.split('\r\n')[0], /"编号","/);
      const rows = (text) => text.split('\r\n').length - 2;
      assert.equal(rows(all.text), await count(''));
      const some = await exported('?light=red');
      assert.equal(rows(some.text), await count('&light=red'));
      assert.ok(rows(some.text) < rows(all.text));
    }, { acceptDownloads: true });
  },

  async 'the as-of day goes along with every step and back to today'({ base }) {
    await withBrowser(DESKTOP, async (context) => {
      const page = await context.newPage();
      await enter(page, base);
      await page.fill('#asof', '2026-02-30');
      await page.press('#asof', 'Enter');
      await page.waitForSelector('#asof-bad');
      await page.fill('#asof', '2026-06-01');
      await page.press('#asof', 'Enter');
      await page.waitForURL(/\/desk\?as_of=2026-06-01/);
      await page.click('#side a[href^="/actions"]');
      await page.waitForURL(/\/actions\?as_of=2026-06-01/);
      await settle(page);
      assert.match(await page.textContent('.band'), /2026年6月1日/);
      await page.locator('.what a').first().click();
      await page.waitForURL(/actions\/\d+\?as_of=2026-06-01/);
      await page.click('.band button');
      await page.waitForFunction(() => !location.search.includes('as_of'));
      await page.click('#side a[href^="/board"]');
      await page.waitForURL(/board$/);
    });
  },

  async 'the language changes on the spot and stays'({ base }) {
    await withBrowser(DESKTOP, async (context) => {
      const page = await context.newPage();
      await enter(page, base);
      await page.click('.top .lang');
      await page.waitForSelector('#side >> text=My desk');
      assert.equal(await page.getAttribute('html', 'lang'), 'en');
      await page.goto(`${base}/actions`);
      await settle(page);
      assert.equal((await page.textContent('h1')).trim(), 'Actions');
    });
  },

  async 'by keyboard alone: skip link, tree, dialog'({ base }) {
    await withBrowser(DESKTOP, async (context) => {
      const page = await context.newPage();
      await enter(page, base);
      await page.goto(`${base}/desk`);
      await settle(page);
      await page.keyboard.press('Tab');
      assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
      await page.keyboard.press('Enter');
      assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
      await importText(page, base, 'keys.txt', Buffer.from(OWN));
      await page.focus('.doctree [role=treeitem][tabindex="0"]');
      await page.keyboard.press('End');
      await page.waitForTimeout(60);
      const last = await page.evaluate(() => document.activeElement.dataset.key);
      await page.keyboard.press('ArrowUp');
      await page.waitForTimeout(60);
      const previous = await page.evaluate(() => ({ key: document.activeElement.dataset.key, selected: document.activeElement.getAttribute('aria-selected') }));
      assert.notEqual(previous.key, last);
      assert.equal(previous.selected, 'true');
      assert.ok((await page.locator('.source .m-node').count()) > 0);
      await page.focus('.page-head .btn.main');
      await page.keyboard.press('Enter');
      await page.waitForSelector('dialog[open]');
      await page.keyboard.press('Escape');
      await page.waitForFunction(() => !document.querySelector('dialog'));
      assert.ok(await page.evaluate(() => document.activeElement.matches('.page-head .btn.main')));
    });
  },

  async 'printed, a page has its text and not its navigation'({ base, shots }) {
    await withBrowser(DESKTOP, async (context) => {
      const page = await context.newPage();
      await enter(page, base);
      const action = (await apiGet(page, '/actions?limit=1')).items[0];
      await page.goto(`${base}/actions/${action.id}`);
      await settle(page);
      await page.emulateMedia({ media: 'print' });
      assert.equal(await page.locator('#side').isVisible(), false);
      assert.equal(await page.locator('h1').isVisible(), true);
      assert.equal(await page.locator('.secret').isVisible(), true);
      if (shots) await page.screenshot({ path: `${shots}/flow-print.png`, fullPage: true });
    });
  },

  async 'a problem shows its sentence and its request id; another read mends it'({ base }) {
    await withBrowser(DESKTOP, async (context) => {
      const page = await context.newPage();
      await enter(page, base);
      let fail = true;
      await page.route('**/api/v1/actions?*', (route) => (fail ? route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify({ title: 'busy', status: 503, detail: '服务器正忙，请稍后再试。', request_id: 'req-42' }) }) : route.continue()));
      await page.goto(`${base}/actions`);
      await page.waitForSelector('.state[role=alert]');
      const text = await page.textContent('.state[role=alert]');
      assert.match(text, /服务器正忙/);
      assert.match(text, /req-42/);
      fail = false;
      await page.click('.state .btn');
      await page.waitForSelector('.table tbody tr');
    });
  },

  async 'a desk officer finds no way to import; the address says why'({ base }) {
    await withBrowser(DESKTOP, async (context) => {
      const page = await context.newPage();
      await enter(page, base, 'desk');
      assert.equal(await page.locator('#side a[href="/import"]').count(), 0);
      await page.goto(`${base}/import`);
      await settle(page);
      assert.match(await page.textContent('main'), /没有权限/);
    });
  },

  async 'a new person signs in with the first password, must choose their own, and can set up a second factor'({ base, mock }) {
    if (mock) return console.log('    skipped: the stand-in has no passwords');
    const login = `new.${Date.now().toString(36).replace(/\d/g, (d) => "abcdefghij".charAt(Number(d)))}`;
    let first = '';
    await withBrowser(DESKTOP, async (context) => {
      const page = await context.newPage();
      await enter(page, base);
      await page.goto(`${base}/people`);
      await settle(page);
      await page.click('.page-head .btn.main');
      const box = page.locator('dialog');
      await box.locator('input').nth(0).fill(login);
      await box.locator('input').nth(1).fill('新来的');
      await box.locator('select').selectOption({ index: 1 });
      await box.locator('.btn.main').click();
      await page.waitForSelector('.note code, .toast');
      assert.equal(await page.locator('.toast.bad').count(), 0, await page.locator('.toasts').textContent());
      await page.waitForSelector('.note code');
      first = (await page.textContent('.note code')).trim();
      assert.ok(first.length >= 10);
    });
    await withBrowser(DESKTOP, async (context) => {
      const page = await context.newPage();
      await page.goto(`${base}/sign-in?lang=zh`);
      await page.fill('input[name=username]', login);
      await page.fill('input[name=password]', first);
      await page.click('button[type=submit]');
      await page.waitForSelector('text=这是初始密码');
      await page.fill('input[autocomplete=new-password]', `my own ${first}`);
      await page.click('button[type=submit]');
      await page.waitForURL(/\/desk/);
      await settle(page);
      await page.goto(`${base}/settings`);
      await settle(page);
      await page.click('button:text-is("开启")');
      await page.waitForSelector('code.secret');
      assert.match(await page.textContent('code.secret'), /^[A-Z2-7]{16,}$/);
    });
  },
  async 'two people edit one action: the later one sees both versions, chooses, and loses nothing'({ base }) {
    await withBrowser(DESKTOP, (first) => withBrowser(DESKTOP, async (second) => {
      const [a, b] = [await first.newPage(), await second.newPage()];
      await enter(a, base);
      await enter(b, base);
      const { items } = await apiGet(a, '/actions?limit=1');
      const { id, title } = await apiGet(a, `/actions/${items[0].id}`);
      for (const page of [a, b]) {
        await page.goto(`${base}/actions/${id}?lang=zh`);
        await settle(page);
        await page.click('button:text-is("修改任务")');
        await page.waitForSelector('dialog[open] textarea');
      }
      const save = (page) => page.click('dialog .btn.main');
      await a.fill('dialog textarea', `${title}甲`);
      await a.fill('dialog input[name=due_on]', '2027-03-31');
      await save(a);
      await a.waitForSelector('dialog', { state: 'detached' });
      await b.fill('dialog textarea', `${title}乙`);
      await b.fill('dialog input[name=measure]', '乙写的指标');
      await save(b);
      await b.waitForSelector('[data-conflict=title]');
      const shown = await b.textContent('[data-conflict=title]');
      for (const words of [title, `${title}甲`, `${title}乙`]) assert.ok(shown.includes(words), shown);
      assert.equal(await b.locator('dialog .btn.main').isDisabled(), true, 'nothing chosen yet');
      assert.equal((await apiGet(b, `/actions/${id}`)).title, `${title}甲`, 'nothing overwritten unseen');
      await b.check('[data-conflict=title] input[value=mine]');
      await save(b);
      await b.waitForSelector('dialog', { state: 'detached' });
      const now = await apiGet(b, `/actions/${id}`);
      assert.deepEqual([now.title, now.due_on, now.measure?.text], [`${title}乙`, '2027-03-31', '乙写的指标']);
    }));
  },
};
