/* ui.zh.ts - words of the shared pieces: date field, calendar. */
export const uiZh = {
  'date.weekdays': '一 二 三 四 五 六 日',
  'date.open': '打开日历',
  'date.openFor': '打开日历：{label}',
  'date.calendar': '选择日期',
  'date.previous': '上一月',
  'date.next': '下一月',
  'date.today': '今天',
  'date.clear': '清除',
  'date.month': '{year}年{month}月',
  'date.bad': '“{text}”不是日历上的日期。请写年-月-日，例如 2026-03-31。',
  'date.early': '不能早于{day}。',
  'date.late': '不能晚于{day}。',
};
