/*
 * scene_duty.mjs - scenes of ./dev demo. "urge": the office urges by hand, on the due day the rule urges by itself (the clock runs ahead), the unit finds both
 * in its bell. "supervise": a red duty gets a yellow slip with number and reply date, the unit answers from a phone, the office closes it, and what
 * the printer gets is the whole letter.
 */
import assert from 'node:assert/strict';

export function dutyScenes({ server, binary, startServer, call, enter, shot, settle, withBrowser, DESKTOP, PHONE }) {
  const unitOf = async (page, name) => (await call(page, 'GET', `/units?q=${encodeURIComponent(name)}`)).items.find((u) => u.name === name).id;
  const unread = async (page) => (await call(page, 'GET', '/notices?unread=1&limit=200')).items;

  async function urge() {
    let id;
    await withBrowser(DESKTOP, async (context) => {
      const page = await context.newPage();
      await enter(page, server.url, 'office');
      await page.goto(`${server.url}/duties`);
      await settle(page);
      await page.click('[data-open]');
      await page.fill('dialog [name=title]', '报送客运枢纽换乘数据');
      await page.fill('dialog [data-unit-pick]', '澜州市交通运输局');
      await page.waitForSelector('dialog datalist option[value="澜州市交通运输局"]', { state: 'attached' });
      await page.fill('dialog [data-unit-pick]', '澜州市交通运输局');
      await page.fill('dialog [name=source]', '市长联席会议第4次会议议定事项');
      await page.click('[data-open-send]:not([disabled])');
      await page.waitForURL(/\/duties\/\d+$/);
      id = page.url().match(/duties\/(\d+)/)[1];
      await settle(page);
      assert.match(await page.textContent('[data-turn]'), /待对方城市答复/);
      await page.click('[data-urge]');
      await page.selectOption('dialog select', '2');
      await page.fill('dialog [name=urge]', '请本周五前答复是否承接。');
      await page.click('[data-urge-send]:not([disabled])');
      await page.waitForSelector('dialog', { state: 'detached' });
      await settle(page);
      await page.waitForFunction(() => document.querySelector('#main').textContent.includes('请本周五前答复是否承接。'));
      await shot(page, '7-urged');
      const rules = (await call(page, 'GET', '/machines')).urging.rules;
      assert.ok(rules.some((r) => r.offset < 0) && rules.some((r) => r.offset === 0) && rules.some((r) => r.offset > 0), 'urging before, on and after the day');
      assert.ok(rules.some((r) => r.level === 3 && r.to === 'assigner'), 'and it climbs to the assigner');
    });
    await withBrowser(PHONE, async (context) => {
      const page = await context.newPage();
      await enter(page, server.url, 'head');
      assert.ok((await unread(page)).some((n) => n.kind === 'duty.urged' && n.subject_id === id), 'the head finds it in the bell');
      await page.click('.bell');
      await page.waitForURL(/\/notices/);
      await settle(page);
      await shot(page, '7-bell');
      await page.click(`a[href="/duties/${id}"]`);
      await settle(page);
      await page.click('[data-step=accept]');
      await page.click('[data-step-send]');
      await page.waitForFunction(() => /办理中/.test(document.querySelector('[data-turn]').textContent));
      await page.click('[data-report]');
      await settle(page);
      await page.fill('[name=text]', '已汇总三个枢纽数据。');
      await page.click('.quick button:nth-child(3)');
      await page.click('.send button');
      await page.waitForURL(new RegExp(`/duties/${id}$`));
      await settle(page);
      assert.match(await page.textContent('[data-report-state=submitted]'), /已汇总三个枢纽数据/);
      assert.match(await page.textContent('[data-clocks]'), /工作小时|计时中/);
    });
  }

  /* A server of its own, killed and started with a clock that runs ahead: the rule's timer fires by itself, once, and is seen. */
  async function urgedByRule() {
    const own = await startServer(binary);
    try {
      const due = new Date(Date.now() + 30 * 86400000).toISOString().slice(0, 10);
      let id;
      await withBrowser(DESKTOP, async (context) => {
        const page = await context.newPage();
        await enter(page, own.url, 'office');
        const made = await call(page, 'POST', '/duties', { title: '报送跨市公交客流数据', holder_id: await unitOf(page, '澜州市交通运输局'), due_on: due });
        id = made.id;
        assert.equal((await call(page, 'GET', `/duties/${id}`)).urges.length, 0);
      });
      await own.stop('SIGKILL');
      const shift = (day, hour) => Math.round((Date.parse(`${day}T${hour}+08:00`) - Date.now()) / 1000);
      await own.start(['--clock-ahead', String(shift(due, '09:00:05'))]);
      await withBrowser(PHONE, async (context) => {
        const page = await context.newPage();
        await enter(page, own.url, 'head');
        await page.waitForFunction(async (duty) => (await (await fetch(`/api/v1/duties/${duty}`)).json()).urges.some((u) => u.rule === 'on_the_day'), id, { timeout: 15000, polling: 500 });
        await page.goto(`${own.url}/notices`);
        await settle(page);
        await page.click(`a[href="/duties/${id}"]`);
        await settle(page);
        await page.waitForFunction(() => document.querySelector('#main').textContent.includes('到期当日'));
        await shot(page, '7-urged-by-rule', { fullPage: true });
        const urges = (await call(page, 'GET', `/duties/${id}`)).urges;
        assert.equal(new Set(urges.map((u) => u.rule)).size, urges.length, 'each rule once');
      });
      await own.stop('SIGKILL');
      await own.start(['--clock-ahead', String(shift(due, '09:10:00'))]);
      await withBrowser(DESKTOP, async (context) => {
        const page = await context.newPage();
        await enter(page, own.url, 'office');
        const rules = (await call(page, 'GET', `/duties/${id}`)).urges.map((u) => u.rule);
        assert.equal(rules.filter((r) => r === 'on_the_day').length, 1, 'once, over a kill');
      });
    } finally {
      await own.stop();
      own.remove();
    }
  }

  async function supervise() {
    let id;
    let number;
    await withBrowser(DESKTOP, async (context) => {
      const page = await context.newPage();
      await enter(page, server.url, 'office');
      const holder = await unitOf(page, '澜州市交通运输局');
      const made = await call(page, 'POST', '/duties', { title: '打通云台路断头路', holder_id: holder, start_on: '2026-01-05', due_on: '2026-06-30' });
      id = made.id;
      await page.goto(`${server.url}/duties?light=red&q=${encodeURIComponent('断头路')}`);
      await settle(page);
      const row = page.locator(`tr[data-duty="${id}"]`);
      assert.match(await row.textContent(), /到期日 2026-06-30，已过 \d+ 天/);
      await row.locator('a').first().click();
      await settle(page);
      assert.equal(await page.getAttribute('[data-light]', 'data-light-is'), 'red');
      await page.click('[data-slip]');
      await page.waitForSelector('dialog [name=colour]');
      await page.check('dialog [value=yellow]');
      await page.click('[data-slip-send]'); /* without urgency the order holds */
      await page.waitForSelector('.toast, [role=alert], [role=status]');
      assert.equal((await call(page, 'GET', `/duties/${id}`)).slips.length, 0);
      await page.check('dialog [name=urgent]');
      await page.fill('dialog [name=slip]', '该路段已超期，请说明原因，提出赶工措施和完成时限。');
      await page.click('[data-slip-send]:not([disabled])');
      await page.waitForURL(/\/slips\/\d+/);
      await settle(page);
      number = (await page.textContent('h1 .num')).trim();
      assert.match(number, /^DBD-\d{6}-\d{8}-\d{6}$/);
      assert.match(await page.textContent('[data-reply-due]'), /\d{4}年\d+月\d+日 23:59/);
      await page.emulateMedia({ media: 'print' });
      const paper = await page.evaluate(() => ({ head: getComputedStyle(document.querySelector('.paper .head')).color, hidden: [...document.querySelectorAll('.no-print')].every((e) => getComputedStyle(e).display === 'none'), text: document.querySelector('[data-paper]').textContent }));
      assert.equal(paper.head, 'rgb(204, 0, 0)');
      assert.ok(paper.hidden, 'nothing of the screen is printed');
      for (const part of [number, '督办单', '打通云台路断头路', '澜州市交通运输局', '提出赶工措施', '到期日 2026-06-30', '澜江都市圈市长联席会议办公室']) assert.ok(paper.text.includes(part), `${part} stands on the paper`);
      const pdf = await page.pdf({ format: 'A4' });
      assert.ok(pdf.length > 5000 && pdf.subarray(0, 5).toString() === '%PDF-');
      await page.emulateMedia({ media: 'screen' });
      await shot(page, '8-slip');
    });
    await withBrowser(PHONE, async (context) => {
      const page = await context.newPage();
      await enter(page, server.url, 'head');
      await page.waitForSelector('[data-desk=slips]');
      await shot(page, '8-desk');
      await page.click('[data-desk=slips] a:has-text("打通云台路断头路")');
      await settle(page);
      await page.fill('[name=reply]', '已增加两个作业面，12月20日前贯通。');
      await page.click('[data-reply]');
      await page.waitForFunction(() => /已回复/.test(document.querySelector('[data-slip-state]').textContent));
    });
    await withBrowser(DESKTOP, async (context) => {
      const page = await context.newPage();
      await enter(page, server.url, 'office');
      await page.goto(`${server.url}/slips?state=replied&colour=yellow`);
      await settle(page);
      await page.click(`a:has-text("${number}")`);
      await settle(page);
      assert.match(await page.textContent('[data-paper]'), /已增加两个作业面/);
      await page.fill('[name=close]', '措施可行，同意办结。');
      await page.click('[data-close]');
      await page.waitForFunction(() => /已办结/.test(document.querySelector('[data-slip-state]').textContent));
      const verbs = (await call(page, 'GET', `/duties/${id}/journal`)).items.map((r) => r.verb);
      for (const verb of ['open', 'slip', 'slip_reply', 'slip_close']) assert.ok(verbs.includes(verb), verb);
    });
  }

  return [
    ['an office urges by hand, the unit finds it in its bell, takes the duty on and reports from a phone', urge],
    ['on the due day the rule itself urges the head, once, over a kill of the server', urgedByRule],
    ['a red duty gets a numbered yellow slip; answered from a phone, closed, and the printed letter is whole', supervise],
  ];
}
