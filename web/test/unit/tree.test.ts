import { describe, expect, it } from 'vitest';
import type { OutlineNode } from '@/api/types';
import { ancestors, nodeAt, plant, rows } from '@/plan/tree';
import { unitsOf } from '@/plan/reading';

const node = (key: string, parent: string | null, start: number, end: number, more: Partial<OutlineNode> = {}): OutlineNode => ({ key, parent_key: parent, path: key, kind: 'item', start, end, ...more });
const nodes = [node('a', null, 0, 50), node('b', 'a', 10, 30), node('c', 'b', 12, 20), node('d', null, 50, 60)];

describe('tree', () => {
  it('rows are depth first with their levels', () => expect(rows(plant(nodes), () => true).map((r) => r.node.key + r.level)).toEqual(['a1', 'b2', 'c3', 'd1']));
  it('what is closed hides what is under it', () => expect(rows(plant(nodes), (k) => k !== 'a').map((r) => r.node.key)).toEqual(['a', 'd']));
  it('an unknown parent or a ring loses no node', () => {
    const odd = [node('x', 'nowhere', 0, 1), node('y', 'z', 1, 2), node('z', 'y', 2, 3)];
    expect(rows(plant(odd), () => true).map((r) => r.node.key).sort()).toEqual(['x', 'y', 'z']);
  });
  it('ancestors come from the root down', () => expect(ancestors(plant(nodes), 'c').map((n) => n.key)).toEqual(['a', 'b']));
  it.each([[0, 'a'], [15, 'c'], [25, 'b'], [55, 'd'], [99, undefined]])('the innermost node at %i is %s', (at, key) => expect(nodeAt(nodes, at)?.key).toBe(key));
});
describe('unitsOf', () => {
  it('gathers every mention of a unit, most named first', () => {
    const u = (name: string, start: number) => ({ name, start, end: start + 3 });
    const list = unitsOf([node('a', null, 0, 9, { lead_units: [u('甲', 1)], supporting_units: [u('乙', 4)] }), node('b', null, 9, 20, { supporting_units: [u('乙', 10)] })]);
    expect(list.map((x) => [x.name, x.mentions.length])).toEqual([['乙', 2], ['甲', 1]]);
    expect(list[1]?.mentions[0]).toEqual({ start: 1, end: 4, part: 'lead', node_key: 'a' });
  });
});
