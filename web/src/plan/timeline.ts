/* timeline.ts - draws a timeline on a canvas: only the rows and days that can be seen, so its cost does not grow with the number of actions. Pure but for the context. */
import type { Light } from '@/api/types';
import type { Scale, Tick } from './scale';

export interface Bar { id: string; title: string; light: Light; left: number; right: number; due: number | null; dated: boolean; guess: boolean; critical: boolean; late: boolean; slackTo: number | null }
export interface Wait { from: number; to: number; kind: string; critical: boolean } /* rows */
export interface Band { title: string; odd: number; x: number; width: number }
export interface View { x: number; y: number; width: number; height: number; ratio: number; font: number }
export const ROW = 34;
export const HEAD = 40;

export type Colours = Record<'bg' | 'line' | 'line2' | 'ink' | 'ink2' | 'ink3' | 'brand' | 'sunk' | 'green' | 'amber' | 'red' | 'grey' | 'seal', string>;
export function coloursOf(el: Element): Colours {
  const s = getComputedStyle(el);
  const v = (name: string): string => s.getPropertyValue(name).trim() || '#888';
  return { bg: v('--surface'), line: v('--line'), line2: v('--line-2'), ink: v('--ink'), ink2: v('--ink-2'), ink3: v('--ink-3'), brand: v('--brand-soft'), sunk: v('--sunk'), green: v('--green'), amber: v('--amber-fill'), red: v('--red'), grey: v('--line-2'), seal: v('--seal') };
}

/* rowsIn - first and last row that a view shows. */
export function rowsIn(view: View, count: number): [number, number] {
  return [Math.max(0, Math.floor(view.y / ROW)), Math.min(count - 1, Math.ceil((view.y + view.height - HEAD) / ROW))];
}

function colour(c: Colours, light: string): string {
  return light === 'green' ? c.green : light === 'amber' ? c.amber : light === 'red' ? c.red : c.grey;
}

function drawBar(g: CanvasRenderingContext2D, b: Bar, y: number, c: Colours): void {
  const width = Math.max(3, b.right - b.left);
  g.globalAlpha = b.guess ? 0.35 : 1;
  g.fillStyle = colour(c, b.light);
  g.fillRect(b.left, y + 9, width, 16);
  g.globalAlpha = 1;
  if (b.slackTo !== null && b.slackTo > b.right) {
    g.strokeStyle = c.ink3;
    g.setLineDash([2, 2]);
    g.beginPath();
    g.moveTo(b.right, y + 17.5);
    g.lineTo(b.slackTo, y + 17.5);
    g.stroke();
    g.setLineDash([]);
  }
  if (b.critical) {
    g.strokeStyle = c.seal;
    g.lineWidth = 2;
    g.strokeRect(b.left, y + 9, width, 16);
    g.lineWidth = 1;
  }
  if (b.due !== null) {
    g.fillStyle = b.late ? c.seal : c.ink;
    g.fillRect(b.due - 1.5, y + 6, 3, 22);
  }
}

function drawWait(g: CanvasRenderingContext2D, w: Wait, bars: readonly Bar[], top: (row: number) => number, c: Colours): void {
  const a = bars[w.from];
  const b = bars[w.to];
  if (!a || !b) return;
  const x1 = w.kind.startsWith('finish') ? a.right : a.left;
  const x2 = w.kind.endsWith('finish') ? b.right : b.left;
  const y1 = top(w.from) + 17;
  const y2 = top(w.to) + 17;
  const elbow = Math.max(x1 + 6, Math.min(x2 - 6, x1 + 14));
  g.strokeStyle = g.fillStyle = w.critical ? c.seal : c.ink3;
  g.lineWidth = w.critical ? 2 : 1;
  g.beginPath();
  g.moveTo(x1, y1);
  g.lineTo(elbow, y1);
  g.lineTo(elbow, y2);
  g.lineTo(x2, y2);
  g.stroke();
  g.beginPath();
  g.moveTo(x2, y2);
  g.lineTo(x2 - 6, y2 - 4);
  g.lineTo(x2 - 6, y2 + 4);
  g.fill();
  g.lineWidth = 1;
}

export interface Drawing { bars: readonly Bar[]; waits: readonly Wait[]; bands: readonly Band[]; marks: readonly Tick[]; now: number | null; scale: Scale }

export function draw(g: CanvasRenderingContext2D, d: Drawing, view: View, c: Colours): void {
  g.setTransform(view.ratio, 0, 0, view.ratio, 0, 0);
  g.fillStyle = c.bg;
  g.fillRect(0, 0, view.width, view.height);
  g.translate(-view.x, 0);
  const right = view.x + view.width;
  const seen = (from: number, to: number): boolean => to >= view.x && from <= right;
  g.font = `${view.font}px sans-serif`;
  for (const b of d.bands) {
    if (!seen(b.x, b.x + b.width)) continue;
    g.fillStyle = b.odd ? c.sunk : c.brand;
    g.fillRect(b.x, 20, b.width, view.height - 20);
  }
  for (const m of d.marks) {
    if (!seen(m.x - 40, m.x + 40)) continue;
    g.fillStyle = m.major ? c.line2 : c.line;
    g.fillRect(m.x, m.major ? 0 : 12, 1, view.height);
  }
  const [first, last] = rowsIn(view, d.bars.length);
  const top = (row: number): number => HEAD + row * ROW - view.y;
  g.save();
  g.beginPath();
  g.rect(view.x, HEAD, view.width, view.height - HEAD);
  g.clip();
  for (let i = first; i <= last; i += 1) {
    const b = d.bars[i];
    if (!b) continue;
    g.fillStyle = c.line;
    g.fillRect(view.x, top(i) + ROW - 1, view.width, 1);
    if (b.dated && seen(b.left, Math.max(b.right, b.slackTo ?? 0) + 4)) drawBar(g, b, top(i), c);
  }
  for (const w of d.waits) {
    if (Math.max(w.from, w.to) >= first && Math.min(w.from, w.to) <= last) drawWait(g, w, d.bars, top, c);
  }
  g.restore();
  for (const m of d.marks) {
    if (!m.label || !seen(m.x, m.x + 40)) continue;
    g.fillStyle = m.major ? c.ink : c.ink3;
    g.fillText(m.label, m.x + 4, 13);
  }
  g.fillStyle = c.ink2;
  for (const b of d.bands) if (seen(b.x, b.x + b.width)) g.fillText(b.title, Math.max(b.x, view.x) + 6, 34);
  if (d.now !== null && seen(d.now, d.now)) {
    g.strokeStyle = c.seal;
    g.setLineDash([4, 3]);
    g.beginPath();
    g.moveTo(d.now, 0);
    g.lineTo(d.now, view.height);
    g.stroke();
    g.setLineDash([]);
  }
}
