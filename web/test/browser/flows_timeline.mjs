/* flows_timeline.mjs - the timeline's chart without a mouse, in the dark and on paper. */
import assert from 'node:assert/strict';
import { settle, watch, withBrowser } from './lib.mjs';

export const timelineFlows = {
  async 'timeline: from row to row by the keys, opened with Enter; a press on a title opens it; dark colours are drawn'({ base }) {
    await withBrowser({ width: 1280, height: 800 }, async (context) => {
      const page = await context.newPage();
      const errors = watch(page);
      await page.goto(`${base}/sign-in?lang=zh`);
      await page.click('[data-account="office"]');
      await page.waitForURL('**/desk*');
      await page.goto(`${base}/timeline`);
      await settle(page);
      const items = (await page.evaluate(async () => (await fetch('/api/v1/timeline')).json())).items;
      const corner = () => page.evaluate(() => { const c = document.querySelector('.chart canvas'); return [...c.getContext('2d').getImageData(2, 2, 1, 1).data].slice(0, 3).join(); });
      await page.waitForFunction(() => document.querySelector('.chart canvas')?.width > 300);
      await page.focus('[data-timeline]');
      await page.keyboard.press('ArrowDown');
      const link = page.locator('[data-timeline] a');
      assert.equal(await link.getAttribute('href'), `/actions/${items[0].id}`);
      assert.ok((await link.textContent()).includes(items[0].title));
      await page.keyboard.press('End');
      await page.waitForTimeout(60);
      assert.equal(await link.getAttribute('href'), `/actions/${items[items.length - 1].id}`, 'the last row');
      const [row, box] = [await link.boundingBox(), await page.locator('[data-timeline]').boundingBox()];
      assert.ok(row.y + row.height <= box.y + box.height + 1 && Math.abs(row.x - box.x - 28) < 3, `the link stands on its row: ${JSON.stringify([row, box])}`);
      await page.keyboard.press('Home');
      await page.keyboard.press('+');
      await page.keyboard.press('Enter');
      await page.waitForURL(`**/actions/${items[0].id}*`);
      await page.goBack();
      await settle(page);
      await page.waitForFunction(() => document.querySelector('.chart canvas')?.width > 300);
      const at = await page.locator('[data-timeline]').boundingBox();
      await page.mouse.click(at.x + 80, at.y + 40 + 17);
      await page.waitForURL(`**/actions/${items[0].id}*`);
      await page.goto(`${base}/timeline`);
      await settle(page);
      await page.waitForTimeout(100);
      const light = await corner();
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.waitForTimeout(150);
      assert.notEqual(await corner(), light, 'drawn anew in dark colours');
      assert.deepEqual(errors, []);
    });
  },
};
