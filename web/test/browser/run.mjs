/*
 * run.mjs - opens every page of the app: no console error, the banner, nothing wider than the window (360 px to 4K); at 1280 in both languages
 * the contrast of every text, in light and in dark, and axe-core; on a phone everything to press at least 44 px. Then plays the ways through the
 * app that the screens are for, and what happens when something is wrong.
 *   node test/browser/run.mjs BINARY     starts that server on a fresh demonstration region
 *   node test/browser/run.mjs            starts dev/mock.mjs over dist/
 *   YITI_URL=http://… node …             against a running server (demonstration accounts on)
 *   DARK=1                               in dark colours (axe then judges those)
 *   ONLY=word, FLOW=word, WIDTHS=390x844 only the pages, the flows, the widths named
 *   SHOTS=DIR                            also keeps a picture of each page
 */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { axe, contrast, overflow, settle, small, squeezed, startServer, watch, withBrowser } from './lib.mjs';
import { flows as ways } from './flows.mjs';
import { dutyFlows } from './flows_duty.mjs';
import { networkFlows } from './flows_network.mjs';
import { timelineFlows } from './flows_timeline.mjs';
import { casePages } from './pages_case.mjs';
import { meetPages } from './pages_meet.mjs';
import { screens } from './screens.mjs';

/* the ways through the app, a line a file */
const flows = {
  ...ways,
  ...screens,
  ...dutyFlows,
  ...networkFlows,
  ...timelineFlows,
};
/* what is looked at where: each page is opened 6 times, not at each width in each language */
const LOOK = { 1280: ['zh', 'en'], 390: ['zh'], 360: ['en'], 820: ['zh'], 3840: ['zh'] };

const server = process.argv[2] ? await startServer(process.argv[2]) : null;
const MOCK = !server && !process.env.YITI_URL;
const PORT = 8123;
const URL_BASE = server?.url ?? process.env.YITI_URL ?? `http://127.0.0.1:${PORT}`;
const SHOTS = process.env.SHOTS;
const WIDTHS = (process.env.WIDTHS ?? '1280x800,390x844,360x740,820x1180,3840x2160').split(',').map((w) => w.split('x').map(Number)).map(([width, height]) => ({ width, height }));
const ONLY = process.env.ONLY; /* pages whose name holds this */
const FLOW = process.env.FLOW; /* flows whose name holds this, and no pages */
if (SHOTS) mkdirSync(SHOTS, { recursive: true });
const MATTERS = ['groups', 'powers', 'standards', 'documents', 'document-calls', 'cleanups', 'pilots', 'networks', 'cooperation-requests'];
let failed = 0;
let passed = 0;
function check(name, problems) {
  if (!problems.length) {
    passed += 1;
    return;
  }
  failed += 1;
  console.log(`not ok ${name}`);
  for (const p of problems) console.log(`    ${typeof p === 'string' ? p : JSON.stringify(p)}`);
}

async function startMock() {
  const child = spawn(process.execPath, [new URL('../../dev/mock.mjs', import.meta.url).pathname, String(PORT)], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((ready) => child.stdout.once('data', ready));
  return child;
}
async function signIn(page) {
  await page.goto(`${URL_BASE}/sign-in`);
  await page.click('[data-account="office"]');
  await page.waitForURL('**/desk*');
}
/* found - ids to open, asked of the server itself. */
async function found(page) {
  return page.evaluate(async () => {
    const get = async (p) => (await fetch(`/api/v1${p}`)).json();
    const [outlines, actions, units, pub, duties, slips] = await Promise.all([get('/outlines'), get('/actions?limit=5'), get('/units?limit=5'), get('/public/outlines'), get('/duties?light=red&limit=1'), get('/slips?limit=1')]);
    const pubId = pub.items?.[0]?.id;
    const pubActions = pubId ? await get(`/actions?outline=${pubId}&limit=1`) : { items: [] };
    return { outline: outlines.items?.[0]?.id, action: actions.items?.[0]?.id, unit: units.items?.[0]?.id, duty: duties.items?.[0]?.id, slip: slips.items?.[0]?.id, pub: pubId, pubAction: pubActions.items?.[0]?.id };
  });
}
/* matters - the first matter of each topic of the room govern. */
async function matters(page) {
  return page.evaluate(async (topics) => {
    const first = async (topic) => [topic, (await (await fetch(`/api/v1/${topic}?limit=1`)).json()).items?.[0]?.id];
    return Object.fromEntries(await Promise.all(topics.map(first)));
  }, MATTERS);
}
async function makeDraft(page) {
  return page.evaluate(async () => {
    const text = '澄江市环境整治行动方案\n澄环办〔2026〕7号\n一、水\n行动计划1.治理河道(牵头单位:市水利局,参加单位:市生态环境局、财政局)\n2026年12月31日以前完成12公里河道整治。\n行动计划2.管住排口(牵头单位:市生态环境局)\n每季度检查一次。本方案共3项行动。\n';
    const response = await fetch('/api/v1/imports?filename=test.txt&mode=live', { method: 'POST', body: text, headers: { 'Content-Type': 'text/plain', 'Idempotency-Key': crypto.getRandomValues(new Uint32Array(4)).join('') } });
    return (await response.json()).id;
  });
}

async function pages(size) {
  await withBrowser(size, async (context) => {
    const page = await context.newPage();
    const errors = watch(page);
    const label = `${size.width}`;
    const visit = async (name, path, lang) => {
      if (ONLY && !name.includes(ONLY)) return;
      errors.length = 0;
      await page.goto(`${URL_BASE}${path}${path.includes('?') ? '&' : '?'}lang=${lang}`);
      const problems = [];
      try {
        await settle(page);
      } catch (e) {
        problems.push(`did not settle: ${e.message.split('\n')[0]}`);
      }
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}-${label}-${lang}.png`, fullPage: size.width < 1000 });
      problems.push(...errors);
      if (!(await page.locator('.secret').count())) problems.push('no banner');
      const over = await overflow(page);
      if (over) problems.push(`wider than the window: ${JSON.stringify(over)}`);
      problems.push(...(await squeezed(page)).map((x) => `squeezed: ${x}`));
      if (size.width < 720) problems.push(...(await small(page)).map((x) => `too small to press: ${x}`));
      if ((size.width === 1280 && lang === 'zh') || size.width === 390) for (const v of await axe(page)) problems.push(`${v.id}: ${v.help}: ${v.nodes.join(' | ')}`);
      if (size.width === 1280) {
        for (const scheme of ['dark', 'light']) {
          await page.emulateMedia({ colorScheme: scheme });
          problems.push(...(await contrast(page)).map((x) => `${scheme}: ${x}`));
        }
        await page.emulateMedia({ colorScheme: process.env.DARK ? 'dark' : 'light' });
      }
      check(`${name} ${label} ${lang}`, problems);
    };
    const langs = LOOK[size.width] ?? ['zh', 'en'];
    for (const lang of langs) for (const [name, path] of [['sign-in', '/sign-in'], ['setup', '/setup'], ['password', '/password']]) await visit(name, path, lang);
    await signIn(page);
    const ids = await found(page);
    const draft = await makeDraft(page);
    const matter = await matters(page);
    const said = await page.evaluate(async () => {
      const first = async (p) => (await (await fetch(`/api/v1${p}`)).json()).items?.[0]?.id;
      return { bulletin: await first('/bulletins'), published: await first('/public/bulletins'), assessment: await first('/assessments') };
    });
    const list = [
      ['desk', '/desk'],
      ['import', '/import'],
      ['draft', `/imports/${draft}`],
      ['outlines', '/outlines'],
      ['outline', `/outlines/${ids.outline}`],
      ['difference', `/outlines/${ids.outline}?view=difference`],
      ['actions', '/actions'],
      ['actions-asof', '/actions?as_of=2026-06-01'],
      ['board', '/board'],
      ['progress', '/progress'],
      ['timeline', '/timeline'],
      ['action', `/actions/${ids.action}`],
      ['report', `/actions/${ids.action}/report`],
      ['units', '/units'],
      ['unit', `/units/${ids.unit}`],
      ['people', '/people'],
      ['regions', '/regions'],
      ['cooperations', '/cooperations'],
      ['search', '/search?q=%E5%BB%BA'],
      ['settings', '/settings'],
      ['notices', '/notices'],
      ['programmes', '/programmes'],
      ['slippage', '/slippage'],
      ['duties', '/duties'],
      ['duty', `/duties/${ids.duty}`],
      ['duty-report', `/duties/${ids.duty}/report`],
      ['slips', '/slips'],
      ['recurrences', '/recurrences'],
      ['urges', '/slips?view=urges'],
      ['machines', '/machines'],
      ['packs', '/packs'],
      ...(ids.slip ? [['slip', `/slips/${ids.slip}`]] : []),
      ['bulletins', '/bulletins'],
      ['bulletin', `/bulletins/${said.bulletin}`],
      ['bulletin-published', `/bulletins/${said.published}`],
      ['assessments', '/assessments'],
      ['assessment', `/assessments/${said.assessment}`],
      ['burden', '/burden'],
      ['missing', '/no/such/page'],
      ['notice-settings', '/settings/notices'],
      ['sheet', `/outlines/${ids.outline}/sheet`],
      ['dictionary', '/public/data-dictionary'],
      ['public', '/public'],
      ['public-outline', `/public/outlines/${ids.pub}`],
      ['public-action', `/public/actions/${ids.pubAction}`],
      ['public-networks', '/public/networks'],
      ['public-bulletins', '/public/bulletins'],
      ['public-bulletin', `/public/bulletins/${said.published}`],
    ];
    if (!MOCK) for (const name of ['programmes', 'slippage', 'duties', 'slips', 'machines', 'packs']) list.push([name, `/${name}`]);
    for (const topic of MATTERS) list.push([topic, `/${topic}`], [`${topic}-one`, `/${topic}/${matter[topic]}`]);
    list.push(...(await meetPages(page, ids.outline)));
    list.push(...(await casePages(page)));
    for (const [name, path] of list) for (const lang of langs) await visit(name, path, lang);
  }, { ...(process.env.DARK ? { colorScheme: 'dark' } : {}), ...(size.width < 720 ? { hasTouch: true } : {}) });
}

const mock = MOCK ? await startMock() : null;
try {
  if (!FLOW) for (const size of WIDTHS) await pages(size);
  if (!ONLY) for (const [name, flow] of Object.entries(flows).filter(([n]) => !FLOW || n.includes(FLOW))) {
    try {
      await flow({ base: URL_BASE, shots: SHOTS, mock: MOCK, binary: process.argv[2] });
      check(name, []);
    } catch (e) {
      check(name, [e.stack.split('\n').slice(0, 6).join('\n    ')]);
    }
  }
} finally {
  mock?.kill();
  await server?.stop();
  server?.remove();
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
