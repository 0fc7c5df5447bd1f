/* ui.en.ts - words of the shared pieces: date field, calendar. */
import type { uiZh } from './ui.zh';

export const uiEn: Record<keyof typeof uiZh, string> = {
  'date.weekdays': 'Mo Tu We Th Fr Sa Su',
  'date.open': 'Open the calendar',
  'date.openFor': 'Open the calendar: {label}',
  'date.calendar': 'Choose a day',
  'date.previous': 'Month before',
  'date.next': 'Month after',
  'date.today': 'Today',
  'date.clear': 'Clear',
  'date.month': '{year}-{month}',
  'date.bad': '“{text}” is not a day of the calendar. Write year-month-day, as in 2026-03-31.',
  'date.early': 'Not before {day}.',
  'date.late': 'Not after {day}.',
};
