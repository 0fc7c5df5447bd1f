/*
 * screens.mjs - what screens do when something is wrong or unusual: no network, no right, no such thing, a broken or slow server, an ended session,
 * two people on one thing, no mouse, paper. Played like flows.mjs; each throws when what it says does not hold.
 */
import assert from 'node:assert/strict';
import { createHash, createPublicKey, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contrast, overflow, settle, squeezed, startServer, watch, withBrowser } from './lib.mjs';

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const TEXT = (name) => `澄江市${name}行动方案
澄环办〔2026〕9号
一、治水
行动计划1.治理河道（牵头单位：市水利局，参加单位：市生态环境局）
2026年12月31日以前完成12公里河道整治。加快东河、西河整治，启动南河清淤。
行动计划2.管住排口（牵头单位：市生态环境局）
每季度检查一次排口。本方案共2项行动。
`;
const apiGet = (page, path) => page.evaluate(async (p) => (await fetch(`/api/v1${p}`)).json(), path);
async function enter(page, base, account = 'office') {
  await page.goto(`${base}/sign-in?lang=zh`);
  await page.click(`[data-account="${account}"]`);
  await page.waitForURL('**/desk*');
  await settle(page);
}
/* send - a write of the test's own, as a second program would make it. */
const send = (page, method, path, json, version) => page.evaluate(async ([m, p, body, v]) => {
  const key = Array.from(crypto.getRandomValues(new Uint32Array(4))).join('');
  const raw = typeof body === 'string';
  const r = await fetch(`/api/v1${p}`, { method: m, body: raw ? body : JSON.stringify(body), headers: { 'Content-Type': raw ? 'text/plain' : 'application/json', 'Idempotency-Key': key, ...(v === undefined ? {} : { 'If-Match': `"${v}"` }) } });
  const text = await r.text();
  return { status: r.status, body: text ? JSON.parse(text) : null };
}, [method, path, json, version]);

/*
 * tabTo - presses Tab (or Shift+Tab) until the element is focused. On each step something visible must be focused, within the window, and marked.
 */
async function tabTo(page, selector, { back = false, most = 120 } = {}) {
  for (let i = 0; i < most; i += 1) {
    await page.keyboard.press(back ? 'Shift+Tab' : 'Tab');
    const at = await page.evaluate((s) => {
      const e = document.activeElement;
      if (!e || e === document.body) return { there: false, body: true };
      const r = e.getBoundingClientRect();
      const style = getComputedStyle(e);
      const marked = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || e.tagName === 'DIALOG';
      const inside = r.bottom > 0 && r.top < innerHeight && r.right > 0 && r.left < innerWidth;
      return { there: e.matches(s), marked, inside, what: `${e.tagName.toLowerCase()}.${e.className} ${(e.textContent || e.getAttribute('aria-label') || '').trim().slice(0, 30)}` };
    }, selector);
    if (at.body) continue;
    assert.ok(at.marked, `focus is not marked on ${at.what}`);
    assert.ok(at.inside, `focus is out of sight on ${at.what}`);
    if (at.there) return;
  }
  assert.fail(`${most} times Tab did not come to ${selector}`);
}

/* A house identity provider for the test: it knows one person and agrees at once. */
async function provider(client, secret) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...createPublicKey(privateKey).export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'RS256' };
  const b64 = (v) => Buffer.from(typeof v === 'string' ? v : JSON.stringify(v)).toString('base64url');
  const codes = new Map();
  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://127.0.0.1');
    const answer = (status, value) => response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
    if (url.pathname === '/.well-known/openid-configuration') return answer(200, { issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/keys` });
    if (url.pathname === '/keys') return answer(200, { keys: [jwk] });
    if (url.pathname === '/authorize') {
      const code = randomBytes(9).toString('base64url');
      codes.set(code, Object.fromEntries(url.searchParams));
      return response.writeHead(302, { Location: `${url.searchParams.get('redirect_uri')}?code=${code}&state=${url.searchParams.get('state')}` }).end();
    }
    let body = '';
    request.on('data', (d) => { body += d; });
    request.on('end', () => {
      const form = Object.fromEntries(new URLSearchParams(body));
      const asked = codes.get(form.code);
      codes.delete(form.code);
      const proof = createHash('sha256').update(form.code_verifier ?? '').digest('base64url');
      if (!asked || asked.code_challenge !== proof || request.headers.authorization !== `Basic ${Buffer.from(`${client}:${secret}`).toString('base64')}`) return answer(400, { error: 'invalid_grant' });
      const now = Math.floor(Date.now() / 1000);
      const text = `${b64({ alg: 'RS256', kid: 'k1' })}.${b64({ iss: issuer, aud: client, sub: 'house-77', nonce: asked.nonce, iat: now, exp: now + 300 })}`;
      answer(200, { access_token: 'a', token_type: 'Bearer', id_token: `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey).toString('base64url')}` });
    });
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  return { issuer, stop: () => server.close() };
}

export const screens = {
  async 'the measure of contrast finds what is too weak and nothing else'() {
    await withBrowser(DESKTOP, async (context) => {
      const page = await context.newPage();
      await page.setContent(`<body style="background:#fff"><p id="ok" style="color:#767676">enough</p><p id="weak" style="color:#777">weak</p><p id="thin" style="color:rgb(0 0 0 / 50%)">half black</p>
        <p id="faded" style="color:#595959;opacity:.6">faded</p><p style="color:#949494;font-size:24px">large enough</p><div style="background:#000"><p id="dark" style="color:#666">on black</p></div>
        <p class="sr" style="color:#fff">for readers</p><button disabled style="color:#ddd;background:#fff">off</button><label>a<input name="edge" style="border:1px solid #ccc"></label></body>`);
      const found = (await contrast(page)).join('\n');
      for (const words of ['weak', 'half black', 'faded', 'on black', 'border of edge']) assert.ok(found.includes(words), `${words} is missed: ${found}`);
      assert.equal(found.split('\n').length, 5, found);
    });
  },

  async 'each page says what is wrong and mends itself by another try: offline, 403, 404, 500, slow'({ base }) {
    await withBrowser(DESKTOP, async (context) => {
      const page = await context.newPage();
      await enter(page, base);
      const outline = (await apiGet(page, '/public/outlines')).items[0].id;
      const action = (await apiGet(page, '/actions?limit=1')).items[0].id;
      const unit = (await apiGet(page, '/units?limit=1')).items[0].id;
      const pages = [
        ['/desk', '/my/desk'], ['/outlines', '/outlines?'], [`/outlines/${outline}`, `/outlines/${outline}?`], ['/actions', '/actions?'], [`/actions/${action}`, `/actions/${action}?`], [`/actions/${action}/report`, `/actions/${action}?`],
        ['/board', '/board'], ['/timeline', '/timeline'], ['/units', '/units?'], [`/units/${unit}`, `/units/${unit}?`], ['/people', '/people?'], ['/regions', '/regions'], ['/cooperations', '/cooperations'], ['/search?q=%E5%BB%BA', '/search'],
        ['/notices', '/notices'], ['/public', '/public/outlines'], [`/public/outlines/${outline}`, `/public/outlines/${outline}`], [`/public/actions/${action}`, `/public/actions/${action}`],
      ];
      const problem = (status, title) => ({ status, contentType: 'application/problem+json', body: JSON.stringify({ status, title, request_id: 'req-7' }) });
      const kinds = [['offline', /网络|连不上|无法连接/, null], ['403', /没有权限/, problem(403, 'forbidden')], ['404', /没有这个/, problem(404, 'missing')], ['500', /req-7/, problem(500, 'broken')]];
      let kind = null;
      let wrong = '';
      await context.route((url) => {
        const path = url.pathname.replace('/api/v1', '') + (url.search || '?');
        return kind && url.pathname.startsWith('/api/v1') && path.startsWith(wrong);
      }, async (route) => {
        if (kind === 'slow') await new Promise((later) => setTimeout(later, 700));
        const [, , answer] = kinds.find(([k]) => k === kind) ?? [];
        if (kind === 'slow' || !kind) await route.continue();
        else if (answer) await route.fulfill(answer);
        else await route.abort('internetdisconnected');
      });
      const missing = [];
      for (const [i, [path, api]] of pages.entries()) {
        wrong = api;
        /* each page meets two of the four; all four stand on all kinds of pages */
        for (const [k, words] of [kinds[i % 4], kinds[(i + 1) % 4]]) {
          kind = k;
          await page.goto(base + path);
          const state = page.locator('.state[role=alert]').first();
          await state.waitFor({ timeout: 5000 }).catch(() => missing.push(`${path} ${k}: no sentence`));
          const text = await state.textContent({ timeout: 500 }).catch(() => '');
          if (!words.test(text)) missing.push(`${path} ${k}: "${text}"`);
          if (/[a-z]{6}/.test(text.replace('req-7', '')) && k !== '500') missing.push(`${path} ${k}: not Chinese: "${text}"`);
        }
        kind = null;
        await page.locator('.state .btn').first().click().catch(() => undefined);
        await page.waitForFunction(() => !document.querySelector('.state[role=alert]'), undefined, { timeout: 5000 }).catch(() => missing.push(`${path}: another try does not mend it`));
        if (i % 3) continue;
        kind = 'slow';
        await page.goto(base + path, { waitUntil: 'commit' });
        await page.waitForSelector('[aria-busy="true"] .bone', { timeout: 5000 }).catch(() => missing.push(`${path} slow: no bones`));
        kind = null;
      }
      assert.deepEqual(missing, []);
    });
  },

  async 'a list without anything says so, and what to do'({ base }) {
    await withBrowser(DESKTOP, async (context) => {
      const page = await context.newPage();
      await enter(page, base);
      await context.route(/\/api\/v1\/(outlines|actions|board|timeline|units|people|regions|cooperations|notices|imports|public\/outlines|search)(\?|$)/, (route) => route.fulfill({ status: 200, contentType: 'application/json', body: JSON.stringify({ items: [], bars: [], phases: [], unread: 0, next: null }) }));
      for (const path of ['/outlines', '/actions', '/board', '/timeline', '/units', '/people', '/regions', '/cooperations', '/notices', '/import', '/search?q=xyz', '/public']) {
        await page.goto(base + path);
        await settle(page);
        const words = (await page.locator('#main .state, #main .slim').first().textContent({ timeout: 3000 }).catch(() => '')).trim();
        assert.ok(words.length >= 4 && !/[a-z]{5}/.test(words), `${path}: "${words}"`);
      }
    });
  },

  async 'when the session ends while somebody types, sign-in comes over the page and nothing typed is lost'({ base }) {
    await withBrowser(DESKTOP, async (context) => {
      const page = await context.newPage();
      await enter(page, base);
      const { body: made } = await send(page, 'POST', '/imports?filename=ended.txt&mode=live', TEXT('过期'));
      await page.goto(`${base}/imports/${made.id}`);
      await settle(page);
      await page.click('.doctree .k-action >> nth=0');
      await context.clearCookies({ name: /session/ });
      assert.equal((await apiGet(page, '/my/desk')).status, 401, 'the session is gone');
      const heading = page.locator('.editor label:has-text("标题") input');
      await heading.fill('写了很久的标题');
      await heading.press('Tab');
      await page.waitForSelector('dialog[open] [data-again-demo]');
      assert.equal(new URL(page.url()).pathname, `/imports/${made.id}`);
      assert.equal(await page.evaluate(() => document.activeElement.closest('dialog') !== null), true, 'the focus is in the dialog');
      await page.click('[data-again-demo]');
      await page.waitForFunction(() => !document.querySelector('dialog[open]'));
      assert.equal(await heading.inputValue(), '写了很久的标题');
      await heading.press('End');
      await page.keyboard.insertText('。');
      await heading.press('Tab');
      await page.waitForFunction(() => [...document.querySelectorAll('.doctree .k-action')].some((n) => n.textContent.includes('写了很久的标题')));
    });
  },

  async 'two people correct one node: other fields go together, the same field is chosen by a person'({ base }) {
    await withBrowser(DESKTOP, async (context) => {
      const page = await context.newPage();
      await enter(page, base);
      const { body: made } = await send(page, 'POST', '/imports?filename=two.txt&mode=live', TEXT('双人'));
      await page.goto(`${base}/imports/${made.id}`);
      await settle(page);
      await page.click('.doctree .k-action >> nth=0');
      const key = await page.locator('.doctree .k-action').first().getAttribute('data-key');
      const other = async (field, value) => {
        const { version } = await apiGet(page, `/imports/${made.id}`);
        const got = await send(page, 'POST', `/imports/${made.id}/corrections`, { document: 0, op: 'set', node_key: Number.isNaN(Number(key)) ? key : Number(key), field, value }, version);
        assert.equal(got.status, 200, JSON.stringify(got));
      };
      const node = async () => (await apiGet(page, `/imports/${made.id}/documents/0`)).nodes.find((n) => String(n.key) === key);
      const heading = page.locator('.editor label:has-text("标题") input');
      await other('number', '行动计划7');
      await heading.fill('我的标题');
      await heading.press('Tab');
      await page.waitForSelector('.toast.ok');
      assert.deepEqual([(await node()).number, (await node()).heading], ['行动计划7', '我的标题'], 'both are kept without a question');
      await other('heading', '对方的标题');
      await heading.fill('又是我的');
      await heading.press('Tab');
      await page.waitForSelector('[data-conflict=heading]');
      const shown = await page.textContent('[data-conflict=heading]');
      for (const words of ['我的标题', '又是我的', '对方的标题']) assert.ok(shown.includes(words), shown);
      assert.equal(await page.isDisabled('[data-choose]'), true, 'nothing chosen yet');
      assert.equal((await node()).heading, '对方的标题', 'nothing overwritten unseen');
      await page.keyboard.press('Escape');
      assert.equal(await heading.inputValue(), '又是我的', 'typed words stay after Escape');
      await heading.press('End');
      await page.keyboard.insertText('！');
      await heading.press('Tab');
      await page.waitForFunction(() => [...document.querySelectorAll('.doctree .k-action')].some((n) => n.textContent.includes('又是我的！')) || document.querySelector('[data-conflict=heading]'));
      await other('heading', '对方又改');
      await heading.fill('最后的');
      await heading.press('Tab');
      await page.check('[data-conflict=heading] input[value=theirs]');
      await page.click('[data-choose]');
      await page.waitForFunction(() => document.querySelector('.editor') && !document.querySelector('dialog'));
      assert.equal((await node()).heading, '对方又改');
      assert.equal(await heading.inputValue(), '对方又改');
    });
  },

  async 'two people change one unit, one person, one cooperation: the later one chooses'({ base, mock }) {
    if (mock) return console.log('    skipped: the stand-in has no versions here');
    await withBrowser(DESKTOP, async (context) => {
      const page = await context.newPage();
      await enter(page, base);
      const { body: unit } = await send(page, 'POST', '/units', { name: `测试局${Date.now() % 1e6}`, region_code: '990100' });
      await page.goto(`${base}/units/${unit.id}`);
      await settle(page);
      await page.click('button:text-is("更名")');
      await page.fill('dialog input[lang]', '我起的名');
      const day = (await apiGet(page, '/session')).instance.today_on;
      const now = await apiGet(page, `/units/${unit.id}`);
      const renamed = await send(page, 'POST', `/units/${unit.id}/rename`, { name: '对方起的名', on: day }, now.version);
      assert.ok(renamed.status < 300, JSON.stringify(renamed));
      await page.click('dialog .btn.main');
      await page.waitForSelector('[data-conflict=name]');
      assert.match(await page.textContent('[data-conflict=name]'), /我起的名.*对方起的名/s);
      await page.check('[data-conflict=name] input[value=theirs]');
      await page.click('[data-choose]');
      await page.waitForFunction(() => !document.querySelector('dialog'));
      assert.equal((await page.textContent('h1')).trim(), '对方起的名');
      /* an alias beside an alias is no conflict */
      await page.click('button:text-is("加别名")');
      await page.fill('dialog input[lang]', '甲别名');
      const two = await apiGet(page, `/units/${unit.id}`);
      assert.ok((await send(page, 'POST', `/units/${unit.id}/aliases`, { alias: '乙别名' }, two.version)).status < 300);
      await page.click('dialog .btn.main');
      await page.waitForFunction(() => !document.querySelector('dialog'));
      const names = (await apiGet(page, `/units/${unit.id}`)).aliases.map((a) => a.alias ?? a);
      for (const a of ['甲别名', '乙别名']) assert.ok(names.includes(a), names.join());

      const person = (await apiGet(page, '/people?limit=50')).items.find((p) => p.name === 'demo.auditor');
      await page.goto(`${base}/people`);
      await settle(page);
      await page.click(`button[aria-label*="${person.display_name}"]`);
      await page.waitForSelector('dialog input[name=display_name]');
      await page.fill('dialog input[name=display_name]', '审计 我改的');
      const seen = await apiGet(page, `/people/${person.id}`);
      assert.ok((await send(page, 'PATCH', `/people/${person.id}`, { display_name: '审计 对方改的' }, seen.version)).status < 300);
      await page.click('dialog .rename .btn');
      await page.waitForSelector('[data-conflict=name]');
      await page.check('[data-conflict=name] input[value=mine]');
      await page.click('[data-choose]');
      await page.waitForSelector('[data-conflict]', { state: 'detached' });
      await page.waitForSelector('.toast.ok');
      assert.equal((await apiGet(page, `/people/${person.id}`)).display_name, '审计 我改的');

      await page.goto(`${base}/cooperations`);
      await settle(page);
      await page.click('.card .btn.slim');
      const c = (await apiGet(page, '/cooperations')).items[0];
      await page.fill('dialog .field input', `${c.name}甲`);
      assert.ok((await send(page, 'PATCH', `/cooperations/${c.id}`, { name: `${c.name}乙`, members: c.members.map(({ region_code, part, from_on }) => ({ region_code, part, from_on })) }, c.version)).status < 300);
      await page.click('dialog .btn.main');
      await page.waitForSelector('[data-conflict=name]');
      await page.check('[data-conflict=name] input[value=mine]');
      await page.click('[data-choose]');
      await page.waitForFunction(() => !document.querySelector('dialog'));
      assert.equal((await apiGet(page, '/cooperations')).items.find((x) => x.id === c.id).name, `${c.name}甲`);
      const last = (await apiGet(page, '/cooperations')).items.find((x) => x.id === c.id);
      await send(page, 'PATCH', `/cooperations/${c.id}`, { name: c.name, members: last.members.map(({ region_code, part, from_on }) => ({ region_code, part, from_on })) }, last.version);
    });
  },

  async 'by keyboard alone: import, review, confirm, cut a sentence, report'({ base }) {
    await withBrowser(DESKTOP, async (context) => {
      const page = await context.newPage();
      await enter(page, base);
      /* a frame's first Tab is the skip link, and it skips */
      await page.goto(`${base}/import`);
      await settle(page);
      await tabTo(page, '.skip', { most: 1 });
      await page.keyboard.press('Enter');
      assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
      await tabTo(page, 'summary');
      await page.keyboard.press('Enter');
      await tabTo(page, 'textarea');
      await page.keyboard.insertText(TEXT('键盘'));
      await tabTo(page, '.paste .btn.main');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/imports/*');
      await settle(page);
      /* review: the tree by arrows, the node's heading */
      await tabTo(page, '[role=treeitem]');
      for (let i = 0; i < 12 && !(await page.evaluate(() => document.activeElement.classList.contains('k-action'))); i += 1) await page.keyboard.press('ArrowDown').then(() => page.waitForTimeout(40));
      assert.ok(await page.evaluate(() => document.activeElement.classList.contains('k-action')), 'an action by arrows');
      await page.waitForSelector('.editor');
      await tabTo(page, '.panel [role=tab]');
      await page.keyboard.press('ArrowRight');
      assert.ok(await page.evaluate(() => document.activeElement.getAttribute('role') === 'tab' && document.activeElement !== document.querySelector('.panel [role=tab]')), 'tabs go by arrows');
      await page.keyboard.press('Home');
      await tabTo(page, '.editor input[lang="zh-CN"]');
      await tabTo(page, '.editor input[lang="zh-CN"]');
      await page.keyboard.press('Control+A');
      await page.keyboard.insertText('治理全市河道');
      await page.keyboard.press('Tab');
      await page.waitForFunction(() => [...document.querySelectorAll('.doctree .k-action')].some((n) => n.textContent.includes('治理全市河道')));
      /* confirm: a dialog that gives the focus back on Escape, then confirms */
      await tabTo(page, '.page-head .btn.main', { back: true });
      await page.keyboard.press('Enter');
      await page.waitForSelector('[data-confirm]:not([disabled])');
      for (let i = 0; i < 12; i += 1) {
        await page.keyboard.press('Tab');
        assert.ok(await page.evaluate(() => document.activeElement === document.body || !!document.activeElement.closest('dialog')), 'the focus stays in the dialog');
      }
      await page.keyboard.press('Escape');
      await page.waitForFunction(() => !document.querySelector('dialog'));
      assert.ok(await page.evaluate(() => document.activeElement.matches('.page-head .btn.main')), 'the focus is back');
      await page.keyboard.press('Enter');
      await page.waitForSelector('[data-confirm]:not([disabled])');
      await tabTo(page, '[data-confirm]', { most: 30 });
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/outlines\/\d+/);
      await settle(page);
      const id = page.url().match(/outlines\/(\d+)/)[1];
      /* breakdown: the action in the tree, its sentence, the cut */
      await tabTo(page, '[role=treeitem]');
      await page.keyboard.press('End');
      await page.waitForTimeout(60);
      for (let i = 0; i < 12 && !(await page.evaluate(() => document.activeElement.textContent.includes('治理全市河道'))); i += 1) await page.keyboard.press('ArrowUp').then(() => page.waitForTimeout(40));
      await tabTo(page, '.panel [role=tab]');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Enter');
      await page.waitForSelector('.cut');
      const choose = page.locator('.cut .picked');
      for (let i = 0; i < 5 && !((await choose.count()) && (await choose.textContent()).includes('加快')); i += 1) {
        if (!i) await tabTo(page, '.cut .row .btn:nth-child(2)', { most: 20 });
        await page.keyboard.press('Enter');
        await page.waitForTimeout(60);
      }
      assert.match(await choose.textContent(), /加快东河/);
      await tabTo(page, '[data-cut]', { most: 10 });
      await page.keyboard.press('Enter');
      await page.waitForSelector('.pieces li');
      await tabTo(page, '[data-cut-confirm]', { most: 60 });
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => !document.querySelector('.pieces'));
      const made = (await apiGet(page, `/actions?outline=${id}&limit=50`)).items.filter((a) => a.origin === 'office');
      assert.ok(made.length >= 2, `${made.length} actions cut`);
      /* report: from the list of the outline's actions */
      await page.goto(`${base}/actions/${made[0].id}`);
      await settle(page);
      await tabTo(page, '[data-report]');
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/report/);
      await settle(page);
      await tabTo(page, '#percent');
      for (let i = 0; i < 6; i += 1) await page.keyboard.press('ArrowRight');
      await tabTo(page, 'textarea[name=text]', { most: 12 });
      await page.keyboard.insertText('键盘报的进展。');
      await tabTo(page, '.send .btn', { most: 12 });
      await page.keyboard.press('Enter');
      await page.waitForURL(new RegExp(`/actions/${made[0].id}$`));
      await settle(page);
      assert.equal(Number((await apiGet(page, `/actions/${made[0].id}`)).percent), 30);
    });
  },

  async 'a day is year-month-day in both languages; 2026-13-40 is refused with a sentence; the calendar goes by keys'({ base }) {
    await withBrowser(PHONE, async (context) => {
      const page = await context.newPage();
      await enter(page, base);
      const action = (await apiGet(page, '/actions?limit=1')).items[0];
      for (const [lang, sentence] of [['en', /“2026-13-40” is not a day of the calendar/], ['zh', /“2026-13-40”不是日历上的日期/]]) {
        await page.goto(`${base}/actions/${action.id}/report?lang=${lang}`);
        await settle(page);
        const field = page.locator('input[name=done_on]');
        assert.match(await field.inputValue(), /^\d{4}-\d\d-\d\d$/);
        await page.fill('textarea[name=text]', '一');
        await field.fill('2026-13-40');
        await field.press('Tab');
        assert.match(await page.textContent('.date [role=alert]'), sentence);
        assert.equal(await field.getAttribute('aria-invalid'), 'true');
        assert.equal(await page.isDisabled('.send .btn'), true, 'no such day is sent');
        await field.fill('2026年3月5日');
        await field.press('Tab');
        assert.equal(await field.inputValue(), '2026-03-05');
        assert.equal(await page.locator('.date [role=alert]').count(), 0);
        await field.fill('2099-01-01');
        await field.press('Tab');
        assert.equal(await page.isDisabled('.send .btn'), true, 'not after today');
        await field.fill('2026-03-31');
        await field.press('Tab');
        await page.keyboard.press('Enter');
        await page.waitForSelector('.calendar');
        assert.equal(await page.evaluate(() => document.activeElement.dataset.day), '2026-03-31', 'the calendar opens on the day');
        assert.equal(await overflow(page), null);
        for (const [k, want] of [['PageUp', '2026-02-28'], ['ArrowRight', '2026-03-01'], ['ArrowDown', '2026-03-08'], ['Home', '2026-03-02'], ['End', '2026-03-08']]) {
          await page.keyboard.press(k);
          await page.waitForTimeout(30);
          assert.equal(await page.evaluate(() => document.activeElement.dataset.day), want, k);
        }
        await page.keyboard.press('Escape');
        await page.waitForSelector('.calendar', { state: 'detached' });
        assert.equal(await field.inputValue(), '2026-03-31', 'Escape changes nothing');
        assert.equal(await page.evaluate(() => document.activeElement.name), 'done_on', 'the focus is back in the field');
        await page.keyboard.press('Alt+ArrowDown');
        await page.waitForSelector('.calendar');
        await page.keyboard.press('ArrowLeft');
        await page.waitForTimeout(30);
        await page.keyboard.press('Enter');
        assert.equal(await field.inputValue(), '2026-03-30');
        assert.equal(await page.isDisabled('.send .btn'), false);
      }
      /* within a dialog Escape closes the calendar and not the dialog */
      await page.goto(`${base}/actions/${action.id}?lang=zh`);
      await settle(page);
      await page.click('button:text-is("修改任务")');
      await page.click('dialog .pick >> nth=0');
      await page.waitForSelector('.calendar');
      await page.keyboard.press('Escape');
      await page.waitForSelector('.calendar', { state: 'detached' });
      assert.equal(await page.locator('dialog[open]').count(), 1);
      assert.equal(await page.locator('input[type=date]').count(), 0, 'no field in the browser\'s own format');
    });
  },

  async 'on paper: nothing cut off, no buttons, whole lists, page numbers'({ base, shots }) {
    await withBrowser({ width: 794, height: 1123 }, async (context) => {
      const page = await context.newPage();
      const errors = watch(page);
      await enter(page, base);
      const outline = (await apiGet(page, '/public/outlines')).items[0].id;
      const action = (await apiGet(page, `/actions?outline=${outline}&limit=1`)).items[0].id;
      for (const [name, path, most] of [['outline', `/outlines/${outline}`, 12], ['actions', '/actions', 7], ['action', `/actions/${action}`, 4], ['board', '/board', 9], ['timeline', '/timeline', 5], ['public', `/public/outlines/${outline}`, 8]]) {
        await page.goto(base + path);
        await settle(page);
        const pdf = await page.pdf({ format: 'A4', ...(shots ? { path: `${shots}/paper-${name}.pdf` } : {}) });
        const count = (pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g) ?? []).length;
        assert.ok(count >= 1 && count <= most, `${name}: ${count} pages`);
        await page.emulateMedia({ media: 'print' });
        assert.equal(await overflow(page), null, name);
        const shown = await page.evaluate(() => [...document.querySelectorAll('button:not(.sort), .btn, #side, .top, input, select')].filter((e) => e.checkVisibility() && !e.closest('[aria-hidden="true"]')).map((e) => `${e.tagName}.${e.className}`));
        assert.deepEqual(shown, [], `${name}: on paper`);
        assert.deepEqual(await squeezed(page), [], `${name}: squeezed`);
        assert.equal(await page.locator('.secret').isVisible(), true);
        await page.emulateMedia({ media: null });
      }
      await page.goto(`${base}/timeline`);
      await settle(page);
      await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
      await page.waitForTimeout(50);
      const rows = await page.locator('.table-of tbody tr').count();
      assert.equal(rows, (await apiGet(page, '/timeline')).items.filter((b) => b.kind !== 'phase').length, 'every bar is a row on paper');
      assert.deepEqual(errors, []);
    });
  },

  async 'the house identity: its button, joining it on the settings page, signing in with it, and the ways back that fail'({ binary, shots }) {
    if (!binary) return console.log('    skipped: needs a server of its own');
    const folder = mkdtempSync(join(tmpdir(), 'yiti-house-'));
    const house = await provider('yiti', 'house-secret');
    writeFileSync(join(folder, 'secret'), 'house-secret\n');
    const server = await startServer(binary, ['--oidc-issuer', house.issuer, '--oidc-client-id', 'yiti', '--oidc-client-secret-file', join(folder, 'secret')]);
    try {
      await withBrowser(PHONE, async (context) => {
        const page = await context.newPage();
        await page.goto(`${server.url}/sign-in?lang=zh`);
        const button = page.locator('a.btn:has-text("统一身份")');
        await button.waitFor();
        assert.equal(await overflow(page), null);
        assert.deepEqual(await contrast(page), []);
        if (shots) await page.screenshot({ path: `${shots}/house-sign-in.png`, fullPage: true });
        await button.click();
        await page.waitForURL(/\/sign-in\?.*oidc=unknown/);
        await page.waitForSelector('.note.amber');
        assert.match(await page.textContent('.note.amber'), /没有与这里的账户关联[\s\S]*house-77/);
        if (shots) await page.screenshot({ path: `${shots}/house-unknown.png`, fullPage: true });
        await page.click('[data-account="desk"]');
        await page.waitForURL('**/desk*');
        await page.goto(`${server.url}/settings`);
        await settle(page);
        const join = page.locator('a.btn:has-text("关联我的统一身份")');
        await join.waitFor();
        if (shots) await page.screenshot({ path: `${shots}/house-settings.png`, fullPage: true });
        await join.click();
        await page.waitForURL(/\/settings/);
        await page.waitForSelector('text=已关联：house-77');
        assert.equal(await overflow(page), null);
        await send(page, 'DELETE', '/session', {});
        await page.goto(`${server.url}/sign-in?next=/actions`);
        await page.locator('a.btn:has-text("统一身份")').click();
        await page.waitForURL(/\/actions/);
        assert.equal((await apiGet(page, '/session')).user.name, 'demo.desk');
        await page.goto(`${server.url}/settings`);
        await settle(page);
        await page.click('button:has-text("解除关联")');
        await page.waitForSelector('a.btn:has-text("关联我的统一身份")');
      });
      house.stop();
    } finally {
      house.stop();
      await server.stop();
      server.remove();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
