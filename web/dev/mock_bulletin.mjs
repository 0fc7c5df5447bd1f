/* mock_bulletin.mjs - bulletins, assessments and the burden of reports in the stand-in server: a published bulletin, an assessment in its term for objections. */
const FIGURES = { total: 6, done: 2, due: 1, on_time: 1, red: 1, amber: 1, moved: 3, unreported: 1, percent_sum: 320, percent_before_sum: 250 };
const scope = (kind, subject, name, rank) => ({ kind, subject, name, group: '', region_code: '', figures: FIGURES, score_millionths: '83333333', rank, rank_to: rank, rank_before: rank });
const brief = { id: '901', number: 'TB-990000-20261101-000001', kind: 'month', template: 'monthly', lang: 'zh', title: '关于2026年10月重点任务推进情况的通报', state: 'published', document_number: '云圈办〔2026〕3号', unit: { id: '1', name: '云河都市圈联席会议办公室' }, region_code: null, from_on: '2026-10-01', until_on: '2026-10-31', signed_on: '2026-11-02', published_at: '2026-11-02T09:00:00.000000+08:00', corrects_id: null, superseded_by: null, public: true, version: 4 };
const bulletin = {
  ...brief, corrects_number: null, correct_reason: null, recipients: '各成员市人民政府', signer: brief.unit.name, issuer: '云河都市圈联席会议办公室', content_sha256: 'ab'.repeat(32),
  sections: [{ word: 'overview', heading: '总体情况', text: '重点任务共6项，已完成2项。' }], outlines: [{ id: '1', title: '云河都市圈一体化发展行动纲要' }],
  scopes: [scope('all', '', '', 0), scope('city', '990100', '云州市', 1), scope('unit', '11', '市交通运输局', 1)], lists_items: false, items: [],
  created_by_name: '联席办', approved_by_name: '分管领导', approved_at: brief.published_at, published_by_name: '联席办', computed_at: brief.published_at, return_reason: null, previous_id: null, may: ['correct'], own: true,
};
const both = (zh, en) => ({ zh, en });
const run = { id: '950', number: 'KH-990000-20261101-000001', scheme: 'units', scheme_version: 1, name: both('单位考核', 'Assessment of units'), unit: brief.unit, from_on: '2026-01-01', until_on: '2026-10-31', state: 'sent', sent_on: '2026-11-20', objections_until_on: '2026-11-27', published_on: null, content_sha256: null, version: 2 };
const lines = [{ word: 'on_time', kind: 'item', name: both('按期完成', 'Done in time'), max: '40.00', points: '20.00', rule: 'div(40 * on_time, due, 40)', because: both('到期 2，按期完成 1', 'due 2, done in time 1') }];
const assessment = {
  ...run, total_max: '105.00', objection_working_days: 5, items: [{ word: 'on_time', name: both('按期完成', 'Done in time') }],
  results: [{ unit: { id: '11', name: '市交通运输局' }, group: 'departments', group_name: both('市直部门', 'City departments'), computed: '72.50', points: '72.50', rank: 1, rank_to: 1, lines, award: null, accepted: false, may: [] }],
  adjustments: [], objections: [{ id: '960', unit_id: '11', item: 'on_time', text: '应予核减。', at: '2026-11-21T09:00:00.000000+08:00', decision: null, reason: null, points: '0.00', decided_at: null, files: [] }], may: ['decide', 'publish'], office: true,
};
const burden = { from_on: '2026-11-01', until_on: '2026-11-30', cap: 8, items: [{ unit: { id: '11', name: '市交通运输局' }, count: 9, over: true, by: [{ unit: brief.unit, count: 9 }], asks: [{ kind: 'report', id: '3', number: 'DB-1', title: '月报', by: brief.unit, on: '2026-11-30' }] }], next: null };
const list = (items) => ({ items, next: null });

/* bulletinRoute - the answer's JSON, or undefined when the path is none of these. */
export function bulletinRoute(method, parts) {
  if (method !== 'GET') return undefined;
  const [a, b, c] = parts[0] === 'public' ? parts.slice(1) : parts;
  if (a === 'bulletins' && !b) return list([brief]);
  if (a === 'bulletins' && c === 'rows') return { items: [], count: 0, figure: 0, as_of_on: brief.until_on, next: null };
  if (a === 'bulletins' && c === 'journal') return list([]);
  if (a === 'bulletins') return bulletin;
  if (a === 'bulletin-templates') return list([{ word: 'monthly', kind: 'month', pack: 'metro-circle', version: 1, name: both('月度通报', 'Monthly bulletin'), public: true }]);
  if (a === 'assessments' && !b) return list([run]);
  if (a === 'assessments') return assessment;
  if (a === 'assessment-schemes') return list([{ word: 'units', pack: 'metro-circle', version: 1, name: run.name, objection_working_days: 5, total_max: '105.00', items: [] }]);
  if (a === 'burden') return burden;
  return undefined;
}
