/*
 * timeline.ts - draws a timeline on a canvas: only the rows and days that can be seen, so its cost does not grow with the number of actions. What a
 * row needs is worked out once, in days; a zoom changes one factor. Pure but for the context.
 */
import type { Light } from '@/api/types';
import { dayNumber } from '@/base/format';
import type { Scale, Tick } from './scale';

export interface Row {
  id: string;
  title: string;
  light: Light;
  start_on?: string | null;
  due_on?: string | null;
  from: number; /* day numbers of the bar's ends */
  to: number;
  due: number; /* NaN: none stated */
  slackTo: number; /* the day to which it may slip; NaN: nothing is known */
  slack?: number; /* working days */
  dated: boolean;
  guess: boolean; /* no start is stated */
  critical: boolean;
  late: boolean;
}
export interface Wait { from: number; to: number; kind: string; critical: boolean } /* rows */
export interface Band { title: string; from: number; to: number } /* day numbers; not finite: open */
export interface View { x: number; y: number; width: number; height: number; labels: number; ratio: number; font: number; family: string; lines: number }
export const ROW = 34;
export const HEAD = 40;
const GUESS = 90; /* days that a bar of which one end is not stated reaches */

export type Colours = Record<'bg' | 'line' | 'line2' | 'ink' | 'ink2' | 'ink3' | 'brand' | 'sunk' | 'green' | 'amber' | 'red' | 'grey' | 'seal', string>;
export function coloursOf(el: Element): Colours {
  const s = getComputedStyle(el);
  const v = (name: string): string => s.getPropertyValue(name).trim() || '#888';
  return { bg: v('--surface'), line: v('--line'), line2: v('--line-2'), ink: v('--ink'), ink2: v('--ink-2'), ink3: v('--ink-3'), brand: v('--brand-soft'), sunk: v('--sunk'), green: v('--green'), amber: v('--amber-fill'), red: v('--red'), grey: v('--line-2'), seal: v('--seal') };
}

export interface Item { id: string; title: string; light?: Light; start_on?: string | null; due_on?: string | null }
export interface Planned { id: string; late_finish_on?: string; slack_days?: number; critical?: boolean; late?: boolean }
/* rowsOf - what is drawn of each action; `first` is the ruler's first day, where a bar without any day stands (not drawn). */
export function rowsOf(items: readonly Item[], plan: ReadonlyMap<string, Planned>, first: number): Row[] {
  return items.map((b) => {
    const start = dayNumber(b.start_on);
    const due = dayNumber(b.due_on);
    const p = plan.get(b.id);
    const from = Number.isFinite(start) ? start : Number.isFinite(due) ? Math.max(first, due - GUESS) : first;
    const to = Number.isFinite(due) ? due : Number.isFinite(start) ? start + GUESS : first;
    return { id: b.id, title: b.title, light: b.light ?? 'grey', start_on: b.start_on, due_on: b.due_on, from, to, due, slackTo: p ? dayNumber(p.late_finish_on) : NaN, slack: p?.slack_days, dated: Number.isFinite(start) || Number.isFinite(due), guess: !Number.isFinite(start), critical: !!p?.critical, late: !!p?.late };
  });
}

/* rowsIn - first and last row that a view shows. */
export function rowsIn(view: View, count: number): [number, number] {
  return [Math.max(0, Math.floor(view.y / ROW)), Math.min(count - 1, Math.ceil((view.y + view.height - HEAD) / ROW))];
}

/*
 * fold - the title in at most `lines` lines of `room` pixels, the last one cut with "…". `width` measures; it is asked some 8 times a title, so the
 * result is kept (Labels).
 */
export function fold(title: string, room: number, lines: number, width: (text: string) => number): string[] {
  const out: string[] = [];
  let rest = title;
  while (rest && out.length < lines) {
    const last = out.length === lines - 1;
    if (width(rest) <= room) {
      out.push(rest);
      break;
    }
    let [fits, over] = [0, rest.length];
    while (over - fits > 1) {
      const middle = (fits + over) >> 1;
      if (width(rest.slice(0, middle) + (last ? '…' : '')) <= room) fits = middle;
      else over = middle;
    }
    const cut = Math.max(1, fits);
    out.push(rest.slice(0, cut) + (last ? '…' : ''));
    rest = rest.slice(cut);
  }
  return out;
}

/* Labels - the folded titles of one list of rows at one width and font. */
export class Labels {
  private kept: (string[] | undefined)[] = [];
  private of: readonly Row[] | null = null;
  private key = '';
  lines(g: CanvasRenderingContext2D, rows: readonly Row[], i: number, view: View): string[] {
    const key = `${view.labels} ${view.font} ${view.lines}`;
    if (rows !== this.of || key !== this.key) [this.kept, this.of, this.key] = [[], rows, key];
    return (this.kept[i] ??= fold(rows[i]?.title ?? '', view.labels - 42, view.lines, (text) => g.measureText(text).width));
  }
}

function colour(c: Colours, light: string): string {
  return light === 'green' ? c.green : light === 'amber' ? c.amber : light === 'red' ? c.red : c.grey;
}

function drawBar(g: CanvasRenderingContext2D, b: Row, x: (day: number) => number, y: number, c: Colours): void {
  const left = x(b.from);
  const width = Math.max(3, x(b.to) - left);
  const right = left + width;
  g.globalAlpha = b.guess ? 0.35 : 1;
  g.fillStyle = colour(c, b.light);
  g.fillRect(left, y + 9, width, 16);
  g.globalAlpha = 1;
  if (b.slackTo > b.to) {
    g.strokeStyle = c.ink3;
    g.setLineDash([2, 2]);
    g.beginPath();
    g.moveTo(right, y + 17.5);
    g.lineTo(x(b.slackTo), y + 17.5);
    g.stroke();
    g.setLineDash([]);
  }
  if (b.critical) {
    g.strokeStyle = c.seal;
    g.lineWidth = 2;
    g.strokeRect(left, y + 9, width, 16);
    g.lineWidth = 1;
  }
  if (Number.isFinite(b.due)) {
    g.fillStyle = b.late ? c.seal : c.ink;
    g.fillRect(x(b.due) - 1.5, y + 6, 3, 22);
  }
}

/* traceWait - adds one line of what waits for what to the path `lines`, its point to the path `points`. */
function traceWait(lines: Path2D, points: Path2D, w: Wait, rows: readonly Row[], x: (day: number) => number, top: (row: number) => number): void {
  const a = rows[w.from];
  const b = rows[w.to];
  if (!a || !b) return;
  const x1 = w.kind.startsWith('finish') ? Math.max(x(a.from) + 3, x(a.to)) : x(a.from);
  const x2 = w.kind.endsWith('finish') ? Math.max(x(b.from) + 3, x(b.to)) : x(b.from);
  const y1 = top(w.from) + 17;
  const y2 = top(w.to) + 17;
  const elbow = Math.max(x1 + 6, Math.min(x2 - 6, x1 + 14));
  lines.moveTo(x1, y1);
  lines.lineTo(elbow, y1);
  lines.lineTo(elbow, y2);
  lines.lineTo(x2, y2);
  points.moveTo(x2, y2);
  points.lineTo(x2 - 6, y2 - 4);
  points.lineTo(x2 - 6, y2 + 4);
}

/* drawWaits - all lines in sight: one stroke and one fill for the critical ones, one for the others. */
function drawWaits(g: CanvasRenderingContext2D, d: Drawing, x: (day: number) => number, top: (row: number) => number, first: number, last: number, c: Colours): void {
  for (const critical of [false, true]) {
    const [lines, points] = [new Path2D(), new Path2D()];
    let any = false;
    for (const w of d.waits) {
      if (w.critical !== critical || Math.max(w.from, w.to) < first || Math.min(w.from, w.to) > last) continue;
      traceWait(lines, points, w, d.rows, x, top);
      any = true;
    }
    if (!any) continue;
    g.strokeStyle = g.fillStyle = critical ? c.seal : c.ink3;
    g.lineWidth = critical ? 2 : 1;
    g.stroke(lines);
    g.fill(points);
  }
  g.lineWidth = 1;
}

/* drawLight - the shape says it too, as LightDot does. */
function drawLight(g: CanvasRenderingContext2D, light: Light, x: number, y: number, c: Colours): void {
  g.beginPath();
  if (light === 'amber') {
    g.moveTo(x, y - 6);
    g.lineTo(x + 6.5, y + 5);
    g.lineTo(x - 6.5, y + 5);
  } else if (light === 'red') {
    g.moveTo(x, y - 6.5);
    g.lineTo(x + 6.5, y);
    g.lineTo(x, y + 6.5);
    g.lineTo(x - 6.5, y);
  } else {
    g.arc(x, y, light === 'green' ? 5.5 : 4.5, 0, 2 * Math.PI);
  }
  if (light === 'green' || light === 'amber' || light === 'red') {
    g.fillStyle = colour(c, light);
    g.fill();
    return;
  }
  g.strokeStyle = c.ink3;
  g.lineWidth = 2;
  g.setLineDash([3, 2]);
  g.stroke();
  g.setLineDash([]);
  g.lineWidth = 1;
}

export interface Drawing { rows: readonly Row[]; waits: readonly Wait[]; bands: readonly Band[]; marks: readonly Tick[]; now: number; scale: Scale; corner: string; labels: Labels; perDay: number }

/* drawDays - everything right of the labels. */
function drawDays(g: CanvasRenderingContext2D, d: Drawing, view: View, c: Colours): void {
  const x = (day: number): number => (day - d.scale.from) * d.perDay - view.x;
  const seen = (from: number, to: number): boolean => to >= 0 && from <= view.width;
  const [first, last] = rowsIn(view, d.rows.length);
  const top = (row: number): number => HEAD + row * ROW - view.y;
  const bands = d.bands.map((b, i) => ({ title: b.title, odd: i % 2, x: x(Number.isFinite(b.from) ? b.from : d.scale.from), to: x(Number.isFinite(b.to) ? b.to : d.scale.to) })).filter((b) => seen(b.x, b.to));
  for (const b of bands) {
    g.fillStyle = b.odd ? c.sunk : c.brand;
    g.fillRect(b.x, 20, Math.max(1, b.to - b.x), view.height - 20);
  }
  for (const m of d.marks) {
    if (!seen(m.x - view.x, m.x - view.x)) continue;
    g.fillStyle = m.major ? c.line2 : c.line;
    g.fillRect(Math.round(m.x - view.x), m.major ? 0 : 12, 1, view.height);
  }
  g.save();
  g.beginPath();
  g.rect(0, HEAD, view.width, view.height - HEAD);
  g.clip();
  g.fillStyle = c.line;
  for (let i = first; i <= last; i += 1) g.fillRect(0, top(i) + ROW - 1, view.width, 1);
  for (let i = first; i <= last; i += 1) {
    const b = d.rows[i];
    if (b?.dated && seen(x(b.from) - 2, Math.max(x(b.to), Number.isFinite(b.slackTo) ? x(b.slackTo) : 0) + 4)) drawBar(g, b, x, top(i), c);
  }
  drawWaits(g, d, x, top, first, last, c);
  g.restore();
  g.font = `${view.font * 0.86}px ${view.family}`;
  for (const m of d.marks) {
    if (!m.label || !seen(m.x - view.x, m.x - view.x + 40)) continue;
    g.fillStyle = m.major ? c.ink : c.ink3;
    g.fillText(m.label, m.x - view.x + 4, 13);
  }
  g.fillStyle = c.ink2;
  for (const b of bands) g.fillText(b.title, Math.max(b.x, 0) + 6, 34);
  if (Number.isFinite(d.now) && seen(x(d.now), x(d.now))) {
    g.strokeStyle = c.seal;
    g.setLineDash([4, 3]);
    g.beginPath();
    g.moveTo(x(d.now), 0);
    g.lineTo(x(d.now), view.height);
    g.stroke();
    g.setLineDash([]);
  }
}

/* drawLabels - lights and titles; they cover what of the days reaches under them. */
function drawLabels(g: CanvasRenderingContext2D, d: Drawing, view: View, c: Colours): void {
  const [first, last] = rowsIn(view, d.rows.length);
  g.fillStyle = c.bg;
  g.fillRect(0, 0, view.labels, view.height);
  g.font = `${view.font}px ${view.family}`;
  for (let i = first; i <= last; i += 1) {
    const b = d.rows[i];
    if (!b) continue;
    const y = HEAD + i * ROW - view.y;
    g.fillStyle = c.line;
    g.fillRect(0, y + ROW - 1, view.labels, 1);
    drawLight(g, b.light, 17, y + 17, c);
    g.fillStyle = c.ink;
    const lines = d.labels.lines(g, d.rows, i, view);
    const high = view.font * 1.2;
    lines.forEach((text, n) => g.fillText(text, 32, y + 17 + view.font * 0.36 + (n - (lines.length - 1) / 2) * high));
  }
  g.fillStyle = c.bg;
  g.fillRect(0, 0, view.labels, HEAD);
  g.fillStyle = c.ink2;
  g.fillText(d.corner, 12, 24);
  g.fillStyle = c.line2;
  g.fillRect(view.labels - 1, 0, 1, view.height);
}

/* draw - the whole picture: `view.width` is what the days have, beside `view.labels` for the titles. */
export function draw(g: CanvasRenderingContext2D, d: Drawing, view: View, c: Colours): void {
  g.setTransform(view.ratio, 0, 0, view.ratio, 0, 0);
  g.fillStyle = c.bg;
  g.fillRect(0, 0, view.labels + view.width, view.height);
  g.translate(view.labels, 0);
  drawDays(g, d, view, c);
  g.translate(-view.labels, 0);
  drawLabels(g, d, view, c);
}
