/* mock_meet.mjs - meetings, consultations and signatures of the stand-in server: one of each, read only. */
const unit = (n, name) => ({ id: String(700 + n), name, short_name: name.slice(0, 2), region_code: `990${n}00` });
const CITIES = ['云州市', '临川市', '澄江市', '望海市'].map((name, n) => unit(n + 1, `${name}都市圈办公室`));
const OFFICE = unit(9, '云河都市圈联席会议办公室');
const both = (zh, en) => ({ zh, en });
const resolution = {
  id: '731', session_id: '721', item_id: null, number: 'JY-990000-20260520-000001', ordinal: 1, kind: 'resolution', text: '四市公交卡年内互通。', proposer: null, how: 'consensus', votes_for: 4, votes_against: 0, abstained: 0,
  present: 4, voting: 4, outcome: 'adopted', reason: null, carry_out: true, open: true, open_duties: 1, decided_at: '2026-05-20T10:00:00.000000+08:00', outline: null,
  duties: [{ id: '741', number: 'DB-1', title: '公交卡互通', part: 'lead', state: 'under_way', state_name: both('办理中', 'under way'), holder: { ...CITIES[1], full_name: CITIES[1].name }, due_on: '2026-12-31', percent: 40, light: 'green', light_reason: both('', ''), final: false }],
};
const body = {
  id: '711', name: '云河都市圈市长联席会议', kind: 'joint_conference', level: 'region', office: OFFICE, purpose: '平等协商。', rotates: 'session', term_months: 0, rotates_from_on: null, quorum_percent: 75, rule: 'consensus', cadence: 'half_year',
  year: { expected: 2, held: 1, missing: 1 }, coming: 0, turn: CITIES[1], next_ordinal: 4, members: CITIES.map((u, n) => ({ unit: u, ordinal: n + 1, voting: true, from_on: '2024-01-01', to_on: null, now: true, turn: n === 1 })), terms: [], open_resolutions: [resolution], may: ['edit', 'plan'], version: 1,
};
const session = {
  id: '721', body_id: '711', number: 'LX-990000-20260520-000001', ordinal: 3, ordinal_name: both('第三次', '3rd'), title: '云河都市圈市长联席会议第三次会议', theme: '交通与生态', host: CITIES[0], turn: CITIES[0], host_reason: null, place: '云州市民中心',
  starts_at: '2026-05-20T09:00:00.000000+08:00', ends_at: '2026-05-20T11:30:00.000000+08:00', state: 'closed', state_name: both('已办结', 'closed'), reason: null, version: 9,
  body: { id: '711', name: body.name, kind: body.kind, rule: body.rule, office: OFFICE }, steps: [], resolutions: [resolution], minutes: { text: '会议一致同意。', files: [] }, may: ['charge'], may_attend_for: [], may_sign_for: [],
  items: [{ id: '751', ordinal: 1, kind: 'item', title: '公交互通', presenter: CITIES[1], speaker: '副市长', minutes: 30, late_reason: null, record: '四市同意。', papers: [], resolution: null }],
  attendance: CITIES.map((u) => ({ unit: u, voting: true, status: 'present', name: '代表', position: '市长', signed_at: '2026-05-25T09:00:00.000000+08:00', signed_name: '代表' })), quorum: { voting: 4, needed: 3, present: 4, met: true },
};
const matter = {
  id: '761', number: 'HS-990000-20261120-000001', kind: 'opinion', subject: null, title: '公交票价分担办法（征求意见稿）', body: '请提出意见。', convener: OFFICE, opened_at: '2026-11-20T09:00:00.000000+08:00', reply_due_on: '2026-11-30', state: 'open', conclusion: null, ended_at: null, version: 3,
  heard: CITIES.slice(0, 2).map((u, n) => ({ unit: u, opinion: n ? { round: 1, stance: 'change', text: '分担比例写入附件。', at: '2026-11-21T09:00:00.000000+08:00', decision: 'taken', decision_reason: '写入附件二。' } : null })), answered: 1, objections: 0, may: ['decide', 'conclude', 'withdraw'], may_speak_for: [],
};
const page = (...items) => ({ items, next: null });

/* mockMeet - the answer to a read below /api/v1, or null when it is none of these. */
export function mockMeet(a, b, c) {
  if (c === 'journal' && ['meetings', 'meeting-bodies', 'consultations'].includes(a)) return page();
  if (a === 'meeting-bodies') return b ? body : page(body);
  if (a === 'meetings') return b ? session : page(session);
  if (a === 'consultations') return b ? matter : page(matter);
  if (a === 'outlines' && c === 'signatures') return { outline_id: b, members: 4, signed: 3, in_force_on: null, items: CITIES.map((u, n) => ({ region_code: u.region_code, name: u.name.slice(0, 3), signed_on: n ? '2026-01-01' : null, ...(n ? { unit: u } : {}) })) };
  return null;
}
