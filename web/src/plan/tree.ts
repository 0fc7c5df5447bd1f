/* tree.ts - the nodes of a document as a tree that a screen can walk. Pure. */
import type { OutlineNode } from '@/api/types';

export interface Row {
  node: OutlineNode;
  level: number; /* from 1 */
  position: number; /* among its siblings, from 1 */
  siblings: number;
  children: number;
}

export interface Tree {
  byKey: Map<string, OutlineNode>;
  children: Map<string, OutlineNode[]>; /* '' for the roots */
}

/* plant - children in the order given; a node whose parent is unknown, or its own ancestor, becomes a root, so that none is lost. */
export function plant(nodes: readonly OutlineNode[]): Tree {
  const byKey = new Map(nodes.map((n) => [n.key, n]));
  const children = new Map<string, OutlineNode[]>();
  for (const node of nodes) {
    let parent = node.parent_key && byKey.has(node.parent_key) ? node.parent_key : '';
    for (let at = parent, steps = 0; at; at = byKey.get(at)?.parent_key ?? '', steps += 1) {
      if (at === node.key || steps > nodes.length) {
        parent = '';
        break;
      }
    }
    const list = children.get(parent);
    if (list) list.push(node);
    else children.set(parent, [node]);
  }
  return { byKey, children };
}

/* rows - the visible nodes, depth first: children of what is open. */
export function rows(tree: Tree, open: (key: string) => boolean): Row[] {
  const out: Row[] = [];
  const stack: Row[] = [];
  const push = (list: OutlineNode[] | undefined, level: number): void => {
    for (let i = (list?.length ?? 0) - 1; i >= 0; i -= 1) {
      const node = list?.[i] as OutlineNode;
      stack.push({ node, level, position: i + 1, siblings: list?.length ?? 0, children: tree.children.get(node.key)?.length ?? 0 });
    }
  };
  push(tree.children.get(''), 1);
  for (let row = stack.pop(); row; row = stack.pop()) {
    out.push(row);
    if (row.children && open(row.node.key)) push(tree.children.get(row.node.key), row.level + 1);
  }
  return out;
}

/* ancestors - from the root down, without the node itself. */
export function ancestors(tree: Tree, key: string): OutlineNode[] {
  const out: OutlineNode[] = [];
  let at = tree.byKey.get(key)?.parent_key;
  while (at && out.length < 64) {
    const node = tree.byKey.get(at);
    if (!node) break;
    out.unshift(node);
    at = node.parent_key;
  }
  return out;
}

/* nodeAt - the innermost node whose span holds the offset; the shortest of them. */
export function nodeAt(nodes: readonly OutlineNode[], offset: number): OutlineNode | null {
  let best: OutlineNode | null = null;
  for (const node of nodes) {
    if (node.start <= offset && offset < node.end && (!best || node.end - node.start <= best.end - best.start)) best = node;
  }
  return best;
}
