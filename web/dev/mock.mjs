/*
 * mock.mjs - a small stand-in for the server while pages are being made: enough of the API, over invented data kept in memory, and dist/ with
 * the server's own security headers. A development aid only; nothing of it is built into the product.
 *   node dev/mock.mjs [port]        SAMPLE=FILE adds an import draft of that text at start
 */
import { createServer } from 'node:http';
import { existsSync, readFileSync } from 'node:fs';
import { extname, join, normalize } from 'node:path';
import { bulletinRoute } from './mock_bulletin.mjs';
import { mockMeet } from './mock_meet.mjs';

const PORT = Number(process.argv[2] ?? 8099);
const DIST = new URL('../dist/', import.meta.url).pathname;
const TODAY = '2026-11-24';
let ids = 1000;
const id = () => String((ids += 1));
const now = () => new Date().toISOString().replace('Z', '000+00:00');
const enc = new TextEncoder();
const bytes = (s) => enc.encode(s).length;

const RIGHTS = {
  office: ['read', 'report', 'approve', 'review', 'import', 'breakdown', 'assign', 'publish', 'manage_units', 'manage_people'],
  desk_drafter: ['read', 'report'],
};
const SAMPLE = `云河都市圈一体化发展行动纲要（2025—2028年）
云河都市圈联席会议办公室
云圈办〔2025〕3号
为推动云州、临川、澄江、望海四市协同发展，制定本行动纲要。本纲要共三章、6项行动。
一、交通互联
坚持统一规划、统一标准、统一管理。
行动计划1.打通市际断头路（牵头单位：市交通运输局，参加单位：市自然资源和规划局、市财政局）
到2026年底，打通12条市际断头路。加快云临大道、澄江北路建设，启动望海大桥建设。
行动计划2.推行公交一卡通（牵头单位：市交通运输局，参加单位：市大数据局）
2026年6月30日以前，四市公交卡互通，覆盖率不低于95%。
二、生态共治
行动计划3.实施云河水质联合治理（牵头单位：市生态环境局，参加单位：市水利局、市农业农村局）
到2027年，跨市断面水质优良比例达到90%以上。
行动计划4.建设都市圈大气监测网（牵头单位：市生态环境局）
新建监测站点40个。
三、服务共享
行动计划5.推进异地就医直接结算（牵头单位：市医疗保障局，参加单位：市卫生健康委）
每季度公布结算情况。
行动计划6.建立统一的人力资源市场（参加单位：市人力资源社会保障局）
三年内实现招聘信息互通。
`;

/* ---- a rough reader: good enough to have a tree with spans ---- */
function readOutline(text, base = 0) {
  const nodes = [];
  const units = new Map();
  let at = base;
  let chapter = null;
  let section = null;
  let action = null;
  let n = 0;
  const doc = { title: '', document_number: null, issuer: null, date: null };
  for (const line of text.split(/(?<=\n)/)) {
    const size = bytes(line);
    const plain = line.trim();
    const node = { key: `n${(n += 1)}`, parent_key: null, path: '', kind: 'paragraph', number: null, heading: null, start: at, end: at + size, lead_units: [], supporting_units: [], dates: [], quantities: [], checks: [], is_action: false, corrected: false };
    let m;
    if (!doc.title && plain) {
      doc.title = plain.replace(/^第.篇[:\uFF1A]/, '').replace(/^《(.*)》$/, '$1');
      node.kind = 'title';
      node.heading = plain;
    } else if ((m = /^([一二三四五六七八九十]+)、(.*)/.exec(plain)) && plain.length < 60) {
      Object.assign(node, { kind: 'chapter', number: m[1], heading: m[2] });
      chapter = node;
      section = action = null;
    } else if ((m = /^[(\uFF08]([一二三四五六七八九十]+)[)\uFF09](.{1,40})/.exec(plain))) {
      Object.assign(node, { kind: 'section', number: `(${m[1]})`, heading: m[2].split(/[。,\uFF0C]/)[0], parent_key: chapter?.key ?? null });
      section = node;
      action = null;
    } else if ((m = /^行动计划(\d+)[.、](.*?)([(\uFF08].*)?$/.exec(plain))) {
      Object.assign(node, { kind: 'action', number: `行动计划${m[1]}`, heading: m[2], parent_key: (section ?? chapter)?.key ?? null, is_action: true });
      action = node;
    } else if ((m = /^[(\uFF08]?(\d+)[)\uFF09]?[.、]?(.{4,})/.exec(plain)) && plain.length > 6) {
      Object.assign(node, { kind: 'item', number: m[1], heading: m[2].split(/[。,\uFF0C;\uFF1B]/)[0].slice(0, 40), parent_key: (action ?? section ?? chapter)?.key ?? null, is_action: !action });
    } else node.parent_key = (action ?? section ?? chapter)?.key ?? null;
    for (const [re, part] of [[/牵头单位[:\uFF1A]([^)\uFF09]*?)(?=参加单位|[)\uFF09]|$)/g, 'lead'], [/参加单位[:\uFF1A]([^)\uFF09]*)/g, 'supporting']]) {
      for (const hit of line.matchAll(re)) {
        const from = hit.index + hit[0].indexOf(hit[1]);
        for (const u of hit[1].matchAll(/[^、,\uFF0C]+/g)) {
          const printed = u[0].trim();
          if (!printed) continue;
          const name = /^市|委$|办$/.test(printed) && printed.startsWith('市') ? printed : `市${printed}`;
          const start = at + bytes(line.slice(0, from + u.index));
          const unit = { name, printed, start, end: start + bytes(printed), confidence: printed === name ? 0.98 : 0.86 };
          node[part === 'lead' ? 'lead_units' : 'supporting_units'].push(unit);
          if (!units.has(name)) units.set(name, { name, mentions: [], unit_id: null, state: 'proposed' });
          units.get(name).mentions.push({ start: unit.start, end: unit.end, part, node_key: node.key });
        }
      }
    }
    for (const d of line.matchAll(/(?:到|于)?(\d{4})年(?:(\d+)月(\d+)日|底)?/g)) {
      const start = at + bytes(line.slice(0, d.index));
      const to = d[2] ? `${d[1]}-${d[2].padStart(2, '0')}-${d[3].padStart(2, '0')}` : `${d[1]}-12-31`;
      node.dates.push({ kind: d[2] ? 'deadline' : 'horizon', from: null, to, text: d[0], start, end: start + bytes(d[0]) });
    }
    for (const q of line.matchAll(/(\d+)(条|个|%|项|公里)/g)) {
      const start = at + bytes(line.slice(0, q.index));
      node.quantities.push({ value: Number(q[1]), unit: q[2], comparator: 'ge', text: q[0], start, end: start + bytes(q[0]) });
    }
    if (plain) nodes.push(node);
    else if (nodes.length) nodes[nodes.length - 1].end += size;
    at += size;
  }
  const depth = new Map();
  for (const node of nodes) {
    const k = node.parent_key ?? '';
    depth.set(k, (depth.get(k) ?? 0) + 1);
    node.path = [nodes.find((x) => x.key === k)?.path, depth.get(k)].filter(Boolean).join('.');
  }
  const found = nodes.filter((x) => x.kind === 'action').length;
  const said = /(\d+)项(?:行动|计划)/.exec(text);
  if (said) {
    const start = base + bytes(text.slice(0, said.index));
    doc.checks = [{ kind: 'declared_count', text: said[0], declared: Number(said[1]), found, ok: Number(said[1]) === found, start, end: start + bytes(said[0]) }];
  }
  return { ...doc, source: text, source_start: base, nodes, units: [...units.values()] };
}
function readFile(text) {
  const parts = text.split(/(?=^第.篇[:\uFF1A])/m).filter((p) => p.trim());
  let base = 0;
  return parts.map((p) => {
    const d = readOutline(p, base);
    base += bytes(p);
    return d;
  });
}

/* ---- the data ---- */
const db = { user: null, imports: [], outlines: [], actions: [], units: [], people: [], cooperations: [], reports: [], journal: {}, tokens: [], files: new Map(), keys: new Map(), replies: new Map() };
const streams = new Set();
const tell = (kind, oid) => streams.forEach((r) => r.write(`data: ${JSON.stringify({ kind, id: oid })}\n\n`));
const note = (kind, oid, verb, change) => {
  const rows = (db.journal[`${kind}/${oid}`] ??= []);
  rows.push({ seq: rows.length + 1, at: now(), actor_name: db.user?.display_name ?? '系统', role: db.user?.roles[0]?.role ?? '', verb, change });
};
const unitNamed = (name, state = 'active') => {
  let u = db.units.find((x) => x.name === name || x.aliases.includes(name));
  if (!u) db.units.push((u = { id: id(), name, short_name: name.replace(/^市/, ''), region_code: '990100', place_code: null, parent_id: null, kind: 'department', aliases: [name.replace(/^市/, '')], valid_from_on: '2019-01-01', valid_to_on: null, state, version: 1 }));
  return u;
};
function judge(a, asOf = TODAY) {
  const last = db.reports.filter((r) => r.action_id === a.id && r.at.slice(0, 10) <= (asOf || TODAY)).sort((x, y) => x.at.localeCompare(y.at)).at(-1);
  const percent = last?.percent ?? 0;
  let light = 'grey';
  let zh = '没有期限，也没有进展报告';
  let en = 'no due date and no report';
  if (percent >= 100) [light, zh, en] = ['green', '已完成', 'done'];
  else if (a.due_on && a.due_on < asOf && !last) [light, zh, en] = ['red', `${a.due_on} 到期，没有进展报告`, `due ${a.due_on}, no report`];
  else if (a.due_on && a.due_on < asOf) [light, zh, en] = ['red', `${a.due_on} 到期，只完成 ${percent}%`, `due ${a.due_on}, only ${percent}% done`];
  else if (last && percent >= 40) [light, zh, en] = ['green', `按期推进，已完成 ${percent}%`, `on time, ${percent}% done`];
  else if (last || a.due_on) [light, zh, en] = ['amber', last ? `只完成 ${percent}%` : `${a.due_on} 到期，尚未反馈`, last ? `only ${percent}% done` : `due ${a.due_on}, not reported yet`];
  return { ...a, percent: last ? percent : null, light, light_reason: { zh, en }, last_report_at: last?.at ?? null, last_report: last ?? null, state: percent >= 100 ? 'done' : last ? 'under_way' : a.state };
}
function makeOutline(doc, mode, isPublic) {
  const o = { id: id(), title: doc.title, document_number: doc.document_number ?? null, issuer: doc.issuer ?? null, issued_on: doc.date ?? '2025-03-01', mode, region_code: '990000', edition: 1, public: isPublic, version: 1, source: doc.source, source_start: doc.source_start, nodes: doc.nodes.map((n) => ({ ...n })), checks: doc.checks ?? [] };
  for (const n of o.nodes.filter((x) => x.is_action)) {
    const kids = o.nodes.filter((x) => x.parent_key === n.key);
    const dates = [n, ...kids].flatMap((x) => x.dates);
    const q = [n, ...kids].flatMap((x) => x.quantities)[0];
    const a = { id: id(), number: n.number, outline_id: o.id, outline_title: o.title, path: n.path, title: n.heading, heading: n.heading, span: { start: n.start, end: n.end }, origin: 'text', due_on: dates[0]?.to ?? null, due_origin: dates[0] ? 'text' : null, start_on: '2025-03-01', measure: q ? { text: q.text, value: q.value, unit: q.unit, comparator: 'ge', origin: 'text' } : null, state: 'to_start', version: 1, body: [n, ...kids].map((x) => sliceBytes(o, x.start, x.end)).join(''), phase: null,
      units: [...n.lead_units.map((u) => ({ name: u.name, part: 'lead' })), ...n.supporting_units.map((u) => ({ name: u.name, part: 'supporting' }))].map((u) => ({ ...u, unit_id: unitNamed(u.name).id, origin: 'text', state: 'assigned' })) };
    n.action_id = a.id;
    db.actions.push(a);
    note('action', a.id, 'create', { title: a.title });
  }
  db.outlines.push(o);
  return o;
}
function sliceBytes(o, start, end) {
  return Buffer.from(o.source, 'utf8').subarray(start - o.source_start, end - o.source_start).toString('utf8');
}
const counts = (list) => list.reduce((c, a) => ((c[a.light] += 1), c), { green: 0, amber: 0, red: 0, grey: 0 });
const counters = (list) => ({ actions: list.length, without_owner: list.filter((a) => !a.units.some((u) => u.part === 'lead')).length, without_date: list.filter((a) => !a.due_on).length, without_measure: list.filter((a) => !a.measure).length });
function brief(o, asOf) {
  const own = db.actions.filter((a) => a.outline_id === o.id).map((a) => judge(a, asOf));
  const { nodes, source, ...rest } = o;
  return { ...rest, actions: own.length, lights: counts(own), counters: counters(own) };
}
const demo = makeOutline(readFile(SAMPLE)[0], 'live', true);
Object.assign(demo, { issuer: '云河都市圈联席会议办公室', document_number: '云圈办〔2025〕3号' });
for (const [i, [percent, text, at]] of [[55, '云临大道路基完成，澄江北路征地结束。', '2026-10-12'], [100, '四市公交卡互通，覆盖率 97%。', '2026-06-20'], [20, '断面监测已联网，治理工程招标中。', '2026-05-08']].entries()) {
  db.reports.push({ id: id(), action_id: db.actions[i].id, action_title: db.actions[i].title, percent, text, files: [], at: `${at}T09:30:00.000000+08:00`, unit_name: db.actions[i].units[0].name, light: 'green' });
  note('action', db.actions[i].id, 'report', { percent, text });
}
db.people.push({ id: id(), name: 'office', display_name: '协调办（演示）', roles: [], version: 1 }, { id: id(), name: 'desk', display_name: '交通局经办（演示）', roles: [], version: 1 });
db.cooperations.push({ id: id(), name: '云河都市圈', members: [['990100', '云州市'], ['990200', '临川市'], ['990300', '澄江市'], ['990400', '望海市']].map(([region_code, name]) => ({ region_code, name, part: 'member', from_on: '2024-01-01', to_on: null })).concat([{ region_code: '990121', name: '青溪县', part: 'node', from_on: '2025-01-01', to_on: null }]), version: 1 });
unitNamed('市数据资源管理局', 'proposed');
const account = { office: { name: 'office', display_name: '协调办（演示）', role: 'office', unit: '云河都市圈联席会议办公室' }, desk: { name: 'desk', display_name: '交通局经办（演示）', role: 'desk_drafter', unit: '市交通运输局' } };
const here = { cookie: null };
const session = () => ({ user: db.user, demo: true, instance: { name_zh: '云河都市圈（演示）', name_en: 'Yunhe Circle (demonstration)', region: { code: '990000', name: '云河' }, today_on: TODAY } });
if (process.env.SAMPLE) db.imports.push(draftOf('sample.txt', readFileSync(process.env.SAMPLE, 'utf8'), 'live'));
function draftOf(filename, text, mode) {
  return { id: id(), state: 'draft', filename, mode, version: 1, created_at: now(), docs: readFile(text.replace(/^\uFEFF/, '')) };
}
const docBrief = (d, index) => ({ index, title: d.title, document_number: d.document_number, issuer: d.issuer, date: d.date, start: d.source_start, end: d.source_start + bytes(d.source), node_count: d.nodes.length, action_count: d.nodes.filter((n) => n.is_action).length, unit_count: d.units.length, checks: d.checks ?? [] });
const importView = ({ docs, ...i }) => ({ ...i, documents: docs.map(docBrief) });

/* One matter of each topic of the room govern. */
const MATTERS = {
  groups: { form: 'committee', title: '都市圈建设推进委员会', members: [{ id: '1', unit: { id: '1', name: '云州市人民政府' }, place: 'head', post: '市长', contact: '', resources: '', from_on: '2026-01-01', to_on: null, end_reason: '' }], former_members: [], charges: [], texts: [], tasks: [], progress: null, below: [] },
  powers: { form: 'province', code: 'QX-001', title: '建设用地预审', grants: [] },
  seats: {},
  'power-decisions': {},
  'document-gaps': {},
  'document-kinds': {},
  documents: { form: 'work_scheme', title: '交通工作方案', state: 'incomplete', parts: [{ part: 'goals', name: '工作目标', state: 'found', page: '2', note: '', ticked_by: '办公室', ticked_at: '2026-11-01T08:00:00+08:00' }], missing: '', orphan: true, above: [], below: [], call_id: null },
  'document-calls': { form: 'work_scheme', title: '报送工作方案', owed: [], owed_total: 0, registered: 0, complete: 0, tasks: [], progress: null },
  cleanups: { form: 'policies', title: '政策清理', items: [], items_total: 0, items_open: 0, items_done: 0, items_late: 0, tasks: [], progress: null },
  pilots: { form: 'model_village', title: '示范村创建', state: 'open', criteria: [], scores: [], steps: [], candidates: [] },
  'power-reviews': {},
  'source-kinds': {},
  sources: { form: 'congress_proposal', form_name: { zh: '人大代表建议', en: 'Proposal of the people’s congress' }, basis: { zh: '三个月内答复', en: 'three months' }, title: '关于统一公交站牌的建议', state: 'in_hand', from_whom: '市人大常委会代表工作委员会', internal: false, late: false, due_on: '2027-01-12', first_due_on: '2027-01-12', longest_on: '2027-04-12', extensions: 0, lead: { id: '1', name: '云州市交通运输局' }, tasks_total: 1, tasks_open: 1, files: [], replies: [], tasks: [], progress: null },
  'cooperation-figures': {},
  networks: { form: 'alliance', title: '重点高校人才战略合作联盟', visible: 'public', next_on: '2026-12-08', members: [{ id: '1', unit: null, name: '清江大学', kind: 'university', country: '', post: '就业指导中心主任', contact: '', from_on: '2026-01-01', to_on: null, end_reason: '' }], former_members: [], functions: [], charges: [], entries: [{ id: '2', kind: 'programme', title: '博士后进企业计划', text: '', member_id: null, member_name: '', member_unit: null, unit: null, country: '', place: '', from_on: '2026-03-01', until_on: '2026-12-31', state: 'under_way', quantity_unit: '人', planned: 50, made: 21, public: false, reason: '' }], totals: [{ kind: 'programme', quantity_unit: '人', entries: 1, planned: 50, made: 21 }], unpledged: [], requests: [], records: [] },
  'cooperation-requests': { form: 'cooperation', title: '共建轨道交通联合实验室', state: 'asked', direction: 'inside', to_unit: { id: '2', name: '乙市办公室' }, outside: '', country: '', channel: '', reply_due_on: '2026-12-31', late: false, member_id: null, entry_id: null, function: '', duty_id: '77', network: null, member_name: '', entry_title: '', turns: [{ duty_id: '77', to_unit: { id: '2', name: '乙市办公室' }, asked_on: '2026-11-20', note: '', answer: '', answered_on: null, text: '', document_number: '' }], joins: [], agendas: [], files: [], tasks: [], progress: 0 },
  standards: { form: 'limits', code: 'HB-01', title: '环保准入共同标准', state: 'draft', edition: 1, members: [], adoptions_owed: 0, looser: 0, clauses: [], versions: [{ edition: 1, state: 'draft', opened_on: '2026-01-01' }], opinions: [] },
};

/* ---- routes ---- */
const problem = (status, detail, field) => ({ status, body: { type: 'urn:yiti:problem:mock', title: 'mock', status, detail, field, request_id: `mock-${id()}` } });
const ok = (body, status = 200) => ({ status, body });
const find = (list, key) => list.find((x) => x.id === key);
function filtered(q) {
  return db.actions.map((a) => judge(a, q.get('as_of') || TODAY)).filter((a) => (!q.get('outline') || a.outline_id === q.get('outline')) && (!q.get('unit') || a.units.some((u) => u.unit_id === q.get('unit') && (!q.get('part') || u.part === q.get('part')))) && (!q.get('light') || a.light === q.get('light')) && (!q.get('state') || a.state === q.get('state')) && (!q.get('q') || a.title.includes(q.get('q'))) && (q.get('owner') !== 'none' || !a.units.some((u) => u.part === 'lead')) && (q.get('date') !== 'none' || !a.due_on) && (q.get('measure') !== 'none' || !a.measure));
}
function correct(i, c) {
  const d = i.docs[c.document];
  const n = d.nodes.find((x) => x.key === c.node_key);
  if (c.op === 'set_document') d[c.field] = c.value;
  else if (!n) return problem(404, '没有这个节点');
  else if (c.op === 'set') Object.assign(n, { [c.field]: c.value, corrected: true });
  else if (c.op === 'drop_unit') {
    const k = c.part === 'lead' ? 'lead_units' : 'supporting_units';
    n[k] = n[k].filter((u) => u.name !== c.name);
  } else if (c.op === 'add_unit') n[c.part === 'lead' ? 'lead_units' : 'supporting_units'].push({ name: c.name ?? sliceBytes(d, c.start, c.end), printed: c.name, start: c.start, end: c.end, confidence: 1 });
  else if (c.op === 'join') {
    const k = d.nodes.indexOf(n);
    if (k > 0) d.nodes[k - 1].end = n.end;
    d.nodes.splice(k, 1);
  } else if (c.op === 'split') {
    d.nodes.splice(d.nodes.indexOf(n) + 1, 0, { ...n, key: `${n.key}s`, heading: null, start: c.at, lead_units: [], supporting_units: [], dates: [], quantities: [] });
    n.end = c.at;
  } else if (c.op === 'add_date') n.dates.push({ kind: c.kind, from: c.from, to: c.to, text: c.to ?? c.from, start: c.start ?? n.start, end: c.end ?? n.start });
  else if (c.op === 'drop_date') n.dates = n.dates.filter((x) => x.start !== c.start);
  if (n) n.corrected = true;
  i.version += 1;
  return ok({ version: i.version });
}
function route(method, path, q, json, raw, headers) {
  const p = path.split('/').slice(3);
  const [a, b, c, d] = p;
  if (a === 'oidc') return ok({ enabled: false });
  const said = bulletinRoute(method, p);
  if (said) return ok(said);
  if (a === 'session' && !b) {
    if (method === 'POST') {
      if (!account[json.name]) return problem(401, '用户名或密码不对。');
      return signIn(json.name);
    }
    if (method === 'DELETE') [db.user, here.cookie] = [null, ''];
    return ok(session());
  }
  if (a === 'session' && b === 'totp') return method === 'POST' && !json.code ? ok({ secret: 'JBSWY3DPEHPK3PXP', uri: 'otpauth://totp/yiti?secret=JBSWY3DPEHPK3PXP' }) : ok({ enabled: method === 'POST' });
  if (a === 'session' && b === 'password') return json.old === 'old' ? ok({}) : problem(422, '现在的密码不对。', 'old');
  if (a === 'demo') return b === 'accounts' ? ok({ items: Object.entries(account).map(([key, v]) => ({ key, display_name_zh: v.display_name, display_name_en: `${v.name} (demonstration)`, role: v.role, unit_name: v.unit })) }) : signIn(json.account);
  if (a === 'cases' || a === 'case-types' || a === 'case-statistics' || (a === 'public' && (b === 'cases' || b === 'case-types' || b === 'report-places'))) {
    const two = (zh, en) => ({ zh, en });
    const common = { number: 'AJ-990100-20261124-000001', pack: 'sanitation', type: 'rubbish-heap', type_name: two('垃圾堆积', 'Rubbish heap'), mark: 'handling', place_code: '990102', place_name: '江北区', address: '江北大道与环湖路口', position: { lat: 30.27, long: 120.16 }, handler: { id: '1', name: '市城市管理局' }, reported_at: now(), filed_at: now(), dispatched_at: now(), done_at: null, closed_at: null, expected_at: now(), me_too: 1 };
    const types = { items: [{ pack: 'sanitation', name: two('城乡环境卫生', 'Sanitation'), version: 1, types: [{ type: 'rubbish-heap', name: two('垃圾堆积', 'Rubbish heap'), description: two('路边、河边的垃圾堆', 'Heaps by roads and rivers'), public: true, about_unit: false, keywords: ['垃圾'], fields: [{ code: 'volume', name: two('大约多少', 'About how much'), help: two('', ''), datatype: 'singlevaluelist', required: false, values: [{ key: 'cart', name: two('一车以内', 'up to a cart') }] }] }] }], next: null };
    if (a === 'case-types' || b === 'case-types') return ok(types);
    if (b === 'report-places') return ok({ items: [{ code: '990102', name: '江北区', city_code: '990100', city_name: '澜州市' }], next: null });
    if (a === 'public') return ok(c ? { ...common, text: '路口垃圾堆积。', yours: false, files: [], notes: [] } : { items: [{ ...common, text: '路口垃圾堆积。', yours: false, files: [], notes: [] }], next: null });
    const counts = { reported: 2, filed: 2, dispatched: 2, due: 1, done: 1, in_time: 1, closed: 1, refused: 0, reworked: 0, returned: 0, disputed: 0, late: 0, crossed: 1, rated: 1, satisfied: 1 };
    const rates = { filing: 1, satisfaction: 1, rework: null };
    if (a === 'case-statistics') return ok({ by: 'handler', rates: [{ word: 'filing', name: two('立案率', 'Filed'), numerator: 'filed', denominator: 'reported', source: two('通行指标', 'common') }], items: [{ key: '1', name: two('市城市管理局', '市城市管理局'), counts, rates }], total: { counts, rates }, next: null });
    const brief = { ...common, id: '501', intake: { id: '2', name: '市都市圈办公室' }, state: 'handling', channel: 'web', secrecy: 'confidential', public: false, late: false, overdue: 0, returns: 0, reworks: 0, disputes: 0, crossings: 0, photos: 0, satisfaction: null, duty_id: '77', version: 1 };
    if (c === 'journal') return ok({ items: [{ seq: '1', at: now(), actor_name: '公众', role: 'public', verb: 'report_case', change: { number: brief.number } }], next: null });
    if (!b || c === 'near') return ok({ items: [brief], next: null });
    return ok({ ...brief, text: '路口垃圾堆积。', public_text: '路口垃圾堆积。', attributes: [], about_unit: null, merged_into_id: null, may_be_public: true, responsible: { id: '1', name: '市城市管理局' }, responsible_by: 'pack', files: [], notes: [], may: ['assign', 'review', 'publish'] });
  }
  if (a === 'public') {
    if (b === 'subscriptions') return method === 'GET' && !c ? ok({ available: false }) : problem(404);
    if (b === 'networks') return ok(c ? { id: c, form: 'network', title: '旅游协作网络', text: '', unit: { id: '1', name: '文旅局' }, members: [], calendar: [] } : { items: [], next: null });
    if (b === 'dictionary') return ok({ licence: { url: 'https://creativecommons.org/licenses/by/4.0/' }, fields: [] });
    if (b === 'outlines' && !c) return ok({ items: db.outlines.filter((o) => o.public).map((o) => brief(o, q.get('as_of') || TODAY)), next: null });
    if (b === 'outlines') {
      const o = find(db.outlines.filter((x) => x.public), c);
      return o ? ok({ ...brief(o), nodes: o.nodes, actions: filtered(new URLSearchParams({ outline: o.id, as_of: q.get('as_of') ?? '' })) }) : problem(404);
    }
    const act = find(db.actions, c);
    return act ? ok({ ...judge(act, q.get('as_of') || TODAY), reports: db.reports.filter((r) => r.action_id === c).reverse() }) : problem(404);
  }
  if (!db.user) return problem(401, '请先登录。');
  const meets = method === 'GET' ? mockMeet(a, b, c) : null;
  if (meets) return ok(meets);
  if (a === 'my' && b !== 'duties') {
    const mine = filtered(q);
    return ok({ overdue: mine.filter((x) => x.light === 'red'), due_soon: mine.filter((x) => x.light === 'amber' && x.due_on), unreported: mine.filter((x) => !x.last_report_at), recent: [...db.reports].reverse().slice(0, 10) });
  }
  if (a === 'imports') {
    if (!b && method === 'GET') return ok({ items: db.imports.map(importView).reverse() });
    if (!b) {
      const text = raw.toString('utf8');
      if (text.includes('\0') || text.includes('\uFFFD')) return problem(422, '这个文件不是可读的文本，没有保存任何内容。');
      const i = draftOf(q.get('filename'), text, q.get('mode'));
      db.imports.push(i);
      return ok(importView(i), 201);
    }
    const i = find(db.imports, b);
    if (!i) return problem(404);
    if (!c) return ok(importView(i));
    if (c === 'documents') return i.docs[d] ? ok(i.docs[d]) : problem(404);
    if (c === 'discard') return (i.state = 'discarded'), ok({});
    if (headers['if-match'] !== `"${i.version}"`) return problem(412);
    if (c === 'corrections') return correct(i, json);
    i.state = 'confirmed';
    return ok({ outlines: json.documents.map((n) => makeOutline(i.docs[n], json.mode, false)).map((o) => ({ id: o.id, title: o.title })), proposed_units: 3 });
  }
  if (a === 'outlines') {
    if (!b) return ok({ items: db.outlines.map((o) => brief(o, q.get('as_of') || TODAY)).filter((o) => (!q.get('q') || o.title.includes(q.get('q'))) && (!q.get('mode') || o.mode === q.get('mode'))).reverse(), next: null });
    const o = find(db.outlines, b);
    if (!o) return problem(404);
    if (!c) return ok({ ...brief(o, q.get('as_of') || TODAY), nodes: o.nodes });
    if (c === 'schedule') return ok({ items: [], dependencies: [], calendar_assumed: false });
    if (c === 'programmes') return ok({ outline_id: b, title: o.title, may_edit: false, items: [], next: null });
    if (c === 'baselines') return ok({ outline_id: b, may_take: false, items: [], next: null });
    if (c === 'slippage') return problem(409, '没有基线');
    if (c === 'rollup') return ok({ items: [{ kind: 'outline', subject: '', name: o.title, actions: 3, weight: 3, percent: 42, states: { under_way: 3 } }], next: null });
    if (c === 'source') return { status: 200, text: o.source };
    if (c === 'counters') return ok(brief(o).counters);
    if (c === 'difference') return ok({ items: [{ change: 'edited', old: { title: '打通10条市际断头路' }, new: { title: '打通12条市际断头路' }, kept_progress: true }, { change: 'added', old: null, new: { title: '建设都市圈大气监测网' } }, { change: 'same', old: { title: '甲' }, new: { title: '甲' }, kept_progress: true }] });
    if (c === 'publish' || c === 'unpublish') return (o.public = c === 'publish'), (o.version += 1), tell('outline', o.id), ok({ version: o.version });
    if (c === 'propose-cut') {
      const text = sliceBytes(o, Number(q.get('start')), Number(q.get('end')));
      let at = Number(q.get('start'));
      let verb = '推进';
      return ok({ pieces: text.split(/(?<=[、,\uFF0C。;\uFF1B])/).filter((x) => x.trim()).map((x) => { const start = at; at += bytes(x); verb = /加快|启动|推进|建设/.exec(x)?.[0] ?? verb; return { start, end: at, title: x.replace(/^(加快|启动)/, '').replace(/[、,\uFF0C。;\uFF1B]$/, ''), verb, state: verb === '启动' ? 'to_start' : 'under_way' }; }) });
    }
    if (c === 'cut') {
      const made = json.pieces.map((x) => { const act = { id: id(), number: null, outline_id: o.id, outline_title: o.title, path: '9', title: x.title, span: { start: x.start, end: x.end }, origin: 'office', units: [], due_on: null, start_on: null, measure: null, state: x.state, version: 1, body: sliceBytes(o, x.start, x.end) }; db.actions.push(act); note('action', act.id, 'cut', x); return act; });
      o.version += 1;
      return ok({ items: made, version: o.version }, 201);
    }
  }
  if (a === 'actions') {
    if (!b) {
      const all = filtered(q);
      if (q.get('sort') === 'due') all.sort((x, y) => (x.due_on ?? '9').localeCompare(y.due_on ?? '9'));
      const from = Number(q.get('after') ?? 0);
      const limit = Number(q.get('limit') ?? 50);
      return ok({ items: all.slice(from, from + limit), next: from + limit < all.length ? String(from + limit) : null });
    }
    const act = find(db.actions, b);
    if (!act) return problem(404, '没有这项任务，或者它不在您的范围内。');
    const own = db.reports.filter((r) => r.action_id === b);
    if (c === 'journal') return ok({ items: db.journal[`action/${b}`] ?? [] });
    if (c === 'tasks' && method === 'GET') return ok({ action_id: b, items: [], next: null });
    if (c === 'sides' && method === 'GET') return ok({ action_id: b, may_edit: false, items: [], joint: null, version: act.version, next: null });
    if (c === 'explain') return ok({ source: 'report', percent: act.percent, reported_percent: act.percent, version: act.version, weight: 1, mode: 'percent', under_way_percent: 50, workstreams: [] });
    if (c === 'reports' && method === 'GET') return ok({ items: [...own].reverse() });
    if (c === 'reports') {
      const r = { id: id(), action_id: b, action_title: act.title, percent: json.percent, text: json.text, files: (json.file_ids ?? []).map((f) => db.files.get(f)), at: now(), unit_name: db.user.roles[0].unit.name };
      db.reports.push(r);
      note('action', b, 'report', { percent: json.percent, text: json.text });
      tell('report', b);
      return ok({ id: r.id, light: judge(act).light }, 201);
    }
    if (c === 'units') {
      act.units = json.units.map((u) => ({ unit_id: u.unit_id ?? unitNamed(u.name, 'proposed').id, name: u.name ?? find(db.units, u.unit_id).name, part: u.part, origin: act.units.find((x) => x.name === u.name || x.unit_id === u.unit_id)?.origin ?? 'office' }));
      act.version += 1;
      return ok(act);
    }
    if (method === 'PATCH') {
      if (headers['if-match'] !== `"${act.version}"`) return problem(412);
      Object.assign(act, json);
      if (json.due_on) act.due_origin = 'office';
      if (json.measure) act.measure.origin = 'office';
      act.version += 1;
      note('action', b, 'edit', json);
      tell('action', b);
      return ok(act);
    }
    return ok({ ...judge(act, q.get('as_of') || TODAY), reports: own });
  }
  if (MATTERS[a]) {
    const m = { id: '7001', number: 'LD-990000-20261124-000001', kind: a.replace(/s$/, ''), code: '', text: '统筹协调', unit: { id: db.units[0]?.id ?? '1', name: '都市圈联席会议办公室' }, parent_id: null, place: null, document_number: '云圈〔2026〕1号', from_on: '2026-01-01', to_on: null, due_on: null, source_id: null, source_words: '', state: 'active', open: false, version: 1, may: ['edit', 'end'], ...MATTERS[a] };
    if (c === 'journal' || !MATTERS[a].title) return ok({ items: [] });
    /* a list of networks counts what one network lists */
    const counted = a === 'networks' ? { ...m, members: 1, entries: 1 } : m;
    return ok(b ? m : { items: [counted], next: null });
  }
  if (a === 'duties' || (a === 'my' && b === 'duties')) {
    const duty = { id: '77', number: 'DB-990100-20261124-000001', subject_kind: 'instruction', subject_id: '0', title: '编制四市公交线网衔接方案', machine: 'action', state: 'under_way', state_name: { zh: '办理中', en: 'under way' }, part: 'responsible', parent_id: null, holder: { id: '1', name: '市交通运输局' }, assigner: { id: '2', name: '联席办' }, counterpart: null, supervisor: null, clock: 'handle', clock_due_at: null, percent: 30, weight: 1, start_on: '2026-10-01', due_on: '2026-12-31', first_due_on: '2026-12-31', report_by_on: null, last_report_on: null, report_every: '', returns: 0, extensions: 0, reports_count: 0, overdue_count: 0, overdue_at: null, unconfirmed: 0, crosses_border: false, final: false, suspended: false, opened_at: now(), closed_at: null, light: 'green', light_reason: { zh: '绿灯', en: 'green' }, version: 1 };
    if (a === 'my') return ok({ items: q.get('drafts') || q.get('unconfirmed') ? [] : [duty], next: null });
    if (!b) return ok({ items: q.get('subject_id') ? [] : [duty], next: null });
    if (c === 'journal') return ok({ items: [], next: null });
    if (c === 'reports') return (db.dutyReports ??= []).push(json), tell('duty', b), ok(duty, 201);
    return ok({ ...duty, turn: { part: 'holder', unit: duty.holder }, may: [{ verb: 'report', name: { zh: '报告进展', en: 'report' }, part: 'holder', needs: ['text'] }], may_supervise: true, may_approve: true, may_report: true, clocks: [], sources: [], files: [], reports: [], urges: [], slips: [], parts: [] });
  }
  if (a === 'my' && b === 'tasks') return ok({ items: [], next: null });
  if (a === 'slips' || a === 'urges' || a === 'recurrences' || a === 'consultations') return ok({ items: [], next: null });
  if (a === 'machines') return ok({ items: [{ machine: 'action', version: 1, hash: '0', name: { zh: '行动任务', en: 'action' }, clocks: [{ clock: 'sign', zh: '签收', en: 'acknowledgement', part: 'holder', unit: 'work_day', n: 1 }], states: [{ state: 'assigned', zh: '待签收', en: 'to be acknowledged', final: false, suspended: false, start: true, clock: 'sign' }, { state: 'done', zh: '已销号', en: 'closed', final: true, suspended: false, start: false, clock: null }], verbs: [{ verb: 'acknowledge', zh: '签收', en: 'acknowledge', from: ['assigned'], to: 'done', by: ['holder'], right: 'report', needs: [], when: null }] }], urging: { hour: 9, rules: [] }, slips: { urgent_may_skip: true, colours: [{ word: 'blue', zh: '蓝色督办单', en: 'blue slip', unit: 'work_day', n: 5 }] }, lights: 'lights: duty', next: null });
  if (a === 'editions') return ok({ active: [{ kind: 'lights', word: '', edition: 1, hash: '0123456789abcdef', built_in: true, text: 'lights: duty' }], items: [], next: null });
  if (a === 'notices') return method === 'GET' ? ok({ items: [], next: null, unread: 0 }) : ok({}, 204);
  if (a === 'mail-server') return ok({ set: false });
  if (a === 'mails' || a === 'webhooks') return ok({ items: [], next: null });
  if (a === 'notice-settings') return ok({ lang: null, quiet_from: null, quiet_to: null, mail: true, has_email: false, topics: [['urge', '催办与逾期', 'Urging and overdue'], ['duty', '交办与反馈', 'Duties and reports']].map(([topic, name_zh, name_en]) => ({ topic, name_zh, name_en, app: true, digest: true, at_once: false })) });
  if (a === 'feed') return method === 'POST' ? ok({ notices_url: 'http://127.0.0.1/feeds/x/notices.atom', calendar_url: 'http://127.0.0.1/feeds/x/calendar.ics', tasks_url: 'http://127.0.0.1/feeds/x/tasks.ics' }, 201) : ok({ set: false, made_at: null }, method === 'DELETE' ? 204 : 200);
  if (a === 'workstreams') return ok({ items: [], next: null });
  if (a === 'board') {
    const lanes = new Map();
    for (const act of filtered(q)) for (const u of act.units.filter((x) => x.part === 'lead')) {
      if (!lanes.has(u.name)) lanes.set(u.name, { unit: { id: u.unit_id, name: u.name }, columns: {}, actions: [] });
      lanes.get(u.name).actions.push(act);
    }
    return ok({ items: [...lanes.values()].map((l) => ({ ...l, columns: counts(l.actions) })) });
  }
  if (a === 'timeline') return ok({ items: filtered(q).map(({ id: i, title, start_on, due_on, light, state }) => ({ id: i, title, start_on, due_on, light, state })), phases: [{ name: '启动阶段', from_on: '2025-03-01', to_on: '2025-12-31' }, { name: '攻坚阶段', from_on: '2026-01-01', to_on: '2027-06-30' }] });
  if (a === 'units') {
    if (!b && method === 'GET') return ok({ items: db.units.filter((u) => !q.get('q') || u.name.includes(q.get('q'))), next: null });
    if (!b) return ok(unitNamed(json.name), 201);
    const u = find(db.units, b);
    if (!u) return problem(404);
    if (c === 'journal') return ok({ items: db.journal[`unit/${b}`] ?? [] });
    if (c === 'confirm') u.state = 'active';
    if (c === 'rename') u.name = json.name;
    if (c === 'aliases') u.aliases.push(json.alias);
    if (c === 'end') Object.assign(u, { state: 'ended', valid_to_on: json.on });
    if (c) note('unit', b, c, json);
    return ok(u);
  }
  if (a === 'people') return b ? (c ? ok({ items: [], token: 'mock-reset-token' }) : ok(find(db.people, b))) : method === 'GET' ? ok({ items: db.people }) : (db.people.push({ id: id(), ...json, roles: [], version: 1 }), ok(db.people.at(-1), 201));
  if (a === 'roles') return ok({ items: Object.keys(RIGHTS).map((r) => ({ role: r, name_zh: r, name_en: r, rights: RIGHTS[r] })) });
  if (a === 'regions') return b ? ok({ code: b, name: '云州省（演示）', level: 'province', parent_code: '000000' }) : ok({ items: [['990100', '云州市'], ['990200', '临川市']].map(([code, name]) => ({ code, name, level: 'prefecture', parent_code: '990000', valid_from_on: '2006-01-01', valid_to_on: null, successors: [] })) });
  if (a === 'cooperations') return method === 'GET' ? ok({ items: db.cooperations }) : (db.cooperations.push({ id: id(), version: 1, ...json }), ok({}, 201));
  if (a === 'tokens') return method === 'GET' ? ok({ items: db.tokens }) : method === 'POST' ? (db.tokens.push({ id: id(), name: json.name, created_at: now() }), ok({ ...db.tokens.at(-1), secret: 'yiti_mock_secret' }, 201)) : ((db.tokens = db.tokens.filter((k) => k.id !== b)), ok({}));
  if (a === 'files' && method === 'POST') {
    const f = { id: id(), name: decodeURIComponent(headers['x-file-name'] ?? ''), media_type: headers['content-type'], size_bytes: raw.length, raw };
    db.files.set(f.id, { ...f, raw: undefined });
    db.keys.set(f.id, raw);
    return ok(db.files.get(f.id), 201);
  }
  if (a === 'files') return { status: 200, raw: db.keys.get(b), type: db.files.get(b)?.media_type };
  if (a === 'search') return ok({ items: [...db.actions.filter((x) => x.title.includes(q.get('q'))).map((x) => ({ kind: 'action', id: x.id, title: x.title, snippet: x.body })), ...db.units.filter((u) => u.name.includes(q.get('q'))).map((u) => ({ kind: 'unit', id: u.id, title: u.name }))] });
  return problem(404, `mock: ${method} ${path}`);
}
function signIn(key) {
  const v = account[key] ?? account.office;
  const u = unitNamed(v.unit);
  db.user = { id: db.people[0].id, name: `demo.${v.name}`, display_name: v.display_name, lang: 'zh', roles: [{ id: '1', role: v.role, unit: { id: u.id, name: u.name }, region_code: '990000', rights: RIGHTS[v.role] }] };
  here.cookie = account[key] ? key : 'office';
  return ok(session());
}

const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.webmanifest': 'application/manifest+json' };
createServer(async (req, res) => {
  const url = new URL(req.url, 'http://x');
  const chunks = [];
  for await (const chunk of req) chunks.push(chunk);
  const raw = Buffer.concat(chunks);
  if (!url.pathname.startsWith('/api/')) {
    const file = join(DIST, normalize(decodeURIComponent(url.pathname)));
    const path = extname(file) && existsSync(file) ? file : join(DIST, 'index.html');
    res.writeHead(200, { 'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream', 'Content-Security-Policy': "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'", 'X-Content-Type-Options': 'nosniff' });
    return res.end(readFileSync(path));
  }
  if (url.pathname === '/api/v1/events') {
    res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    res.write(': hello\n\n');
    streams.add(res);
    return req.on('close', () => streams.delete(res));
  }
  let json = {};
  try {
    if (req.headers['content-type'] === 'application/json' && raw.length) json = JSON.parse(raw);
  } catch {
    json = {};
  }
  const who = /yiti_session=(\w+)/.exec(req.headers.cookie ?? '')?.[1];
  db.user = null;
  if (who) signIn(who);
  here.cookie = null;
  const key = req.headers['idempotency-key'];
  let answer = key && db.replies.get(key);
  try {
    answer ??= route(req.method, url.pathname, url.searchParams, json, raw, req.headers);
  } catch (error) {
    console.error(error);
    answer = problem(500, String(error));
  }
  if (key && answer.status < 300) db.replies.set(key, answer);
  if (here.cookie !== null) res.setHeader('Set-Cookie', `yiti_session=${here.cookie}; Path=/; HttpOnly; SameSite=Strict`);
  if (answer.text !== undefined) return res.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8' }).end(answer.text);
  if (answer.raw) return res.writeHead(200, { 'Content-Type': answer.type }).end(answer.raw);
  res.writeHead(answer.status, { 'Content-Type': answer.status >= 400 ? 'application/problem+json' : 'application/json' });
  return res.end(JSON.stringify(answer.body));
}).listen(PORT, '127.0.0.1', () => console.log(`mock: http://127.0.0.1:${PORT}`));
