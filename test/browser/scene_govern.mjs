/* scene_govern.mjs - the scene of bodies, powers, standards, documents and pilots, on the demonstration's own data. */
import assert from 'node:assert/strict';
import { settle, withBrowser } from '../../web/test/browser/lib.mjs';

/* pickUnit - types a unit's name into the field of an open form, as a person does, and waits until the form knows it. */
async function pickUnit(page, label, name) {
  const field = page.locator('dialog').getByLabel(label).first();
  await field.fill(name.slice(0, -1));
  await page.waitForFunction((n) => [...document.querySelectorAll('dialog datalist option')].some((o) => o.value === n), name);
  await field.fill(name);
}

export async function governScene({ server, enter, shot, size }) {
  await withBrowser(size, async (context) => {
    const page = await context.newPage();
    await enter(page, server.url, 'office');

    await page.goto(`${server.url}/groups`);
    await page.click('text=澜江都市圈建设推进委员会');
    await page.click('button:has-text("增加成员")');
    await pickUnit(page, '单位', '云汀市交通运输局');
    await page.locator('dialog').getByLabel('职务').fill('局长');
    await page.click('dialog button[type=submit]');
    await page.waitForSelector('td:has-text("云汀市交通运输局")');
    await page.getByLabel('这件事由谁管？').fill('断头路');
    await page.click('button:has-text("查询")');
    await page.waitForSelector('.answer');
    assert.match(await page.locator('.answer').innerText(), /牵头\s+澜州市交通运输局/);
    await shot(page, 'group');

    await page.goto(`${server.url}/powers?place=990121`);
    await settle(page);
    const land = page.locator('.decision', { hasText: 'QX-001' });
    await land.locator('summary').click();
    const why = await land.innerText();
    for (const words of ['望澜县', '澜江省土地管理条例第二十条', '澜政发〔2024〕30号', '澜州政发〔2025〕8号']) assert.ok(why.includes(words), `${words} in ${why}`);
    assert.match(await page.locator('.review').innerText(), /98200/);
    await shot(page, 'powers');

    await page.goto(`${server.url}/standards`);
    await page.click('text=四市环保准入共同标准');
    await page.waitForSelector('text=1个城市尚未采用');
    assert.equal(await page.locator('td .loose').first().innerText(), '55');
    await page.getByLabel('化学需氧量 mg/L').fill('45');
    await page.click('button:has-text("筛查")');
    await page.waitForSelector('text=不符合共同标准');
    await shot(page, 'standard');

    await page.goto(`${server.url}/documents`);
    await settle(page);
    assert.match(await page.locator('tr', { hasText: '澜州市交通运输局' }).innerText(), /责任落实/);
    await page.click('text=澜州市交通同城化工作方案');
    await page.getByLabel('“责任落实”所在页码').fill('第6页');
    await page.locator('li', { hasText: '责任落实' }).getByRole('button', { name: '已具备' }).click();
    await page.waitForFunction(() => !document.querySelector('.parts .tag.red'));
    await page.goto(`${server.url}/documents`);
    await settle(page);
    assert.equal(await page.locator('tr', { hasText: '澜州市交通运输局' }).count(), 0);
    await shot(page, 'documents');

    await page.goto(`${server.url}/pilots`);
    await page.click('text=城乡一体化示范村创建');
    await page.click('button:has-text("遴选")');
    await page.locator('dialog').getByLabel('名额').fill('2');
    await page.click('dialog button[type=submit]');
    await page.waitForSelector('tr:has-text("石桥村") .tag:has-text("入选")');
    assert.equal(await page.locator('.tag', { hasText: '入选' }).count(), 2); /* 屿东村 is below the least of one criterion */
    await shot(page, 'pilot');
  });
}
