// A machine made of a plain object: what the tests give to host/ in place of the real one.

import type { Answer, FileStat, Machine } from './machine.ts';

/** A text is a plain file. Directories above a path need not be named. */
export type FixtureNode =
  | string
  | { readonly errno: string }
  /** By what was asked; everything else is EINVAL. */
  | { readonly answers: Readonly<Record<string, string>> }
  | { readonly link: string }
  | { readonly dir: true; readonly uid?: number }
  | { readonly text: string; readonly mode?: number; readonly uid?: number }
  | { readonly char: readonly [number, number] }
  | { readonly block: readonly [number, number] };

export interface Fixture {
  readonly files: Readonly<Record<string, FixtureNode>>;
  readonly uid?: number;
  readonly gid?: number;
  readonly arch?: string;
  readonly release?: string;
  /** What the name service would say. */
  readonly userName?: string | null;
  readonly env?: Readonly<Record<string, string>>;
  /** Paths, and all below them, that the caller may write. Default: everything for root, nothing for others. */
  readonly writable?: readonly string[];
}

/** The fixture as a machine. Every path that was read is noted in `reads`, so that a test can count. */
export function fixtureMachine(fixture: Fixture): Machine & { readonly reads: readonly string[] } {
  const { files, uid = 0, gid = uid, arch = 'x64', release = '6.1.0-37-amd64', userName = null, env = {} } = fixture;
  const writable = fixture.writable ?? (uid === 0 ? ['/'] : []);
  const paths = Object.keys(files);
  const reads: string[] = [];

  const isDirectory = (path: string) => path === '/' || paths.some((one) => one.startsWith(`${path}/`));
  const nodeAt = (path: string): FixtureNode => files[path] ?? (isDirectory(path) ? { dir: true } : { errno: 'ENOENT' });
  const follow = (path: string, left = 8): readonly [string, FixtureNode] => {
    const node = nodeAt(path);
    if (typeof node === 'string' || !('link' in node)) return [path, node];
    if (left === 0) return [path, { errno: 'ELOOP' }];
    return follow(node.link.startsWith('/') ? node.link : `${path.slice(0, path.lastIndexOf('/'))}/${node.link}`, left - 1);
  };

  return {
    reads,
    readText(path) {
      reads.push(path);
      return textOf(follow(path)[1]);
    },
    readAtMost(path, limit) {
      const found = textOf(follow(path)[1]);
      return 'value' in found && Buffer.byteLength(found.value) > limit ? { errno: 'EFBIG' } : found;
    },
    readHead(path, count) {
      const found = textOf(follow(path)[1]);
      return 'value' in found ? { value: Buffer.from(found.value, 'latin1').subarray(0, count) } : found;
    },
    ask(path, question) {
      const node = nodeAt(path);
      if (typeof node === 'string' || !('answers' in node)) return textOf(node);
      const answer = node.answers[question];
      return answer === undefined ? { errno: 'EINVAL' } : { value: answer };
    },
    readLink(path) {
      const node = nodeAt(path);
      if (typeof node !== 'string' && 'link' in node) return { value: node.link };
      return typeof node !== 'string' && 'errno' in node ? node : { errno: 'EINVAL' };
    },
    realPath(path) {
      const [real, node] = follow(path);
      return typeof node !== 'string' && 'errno' in node ? node : { value: real };
    },
    list(path) {
      const [real, node] = follow(path);
      if (typeof node === 'string' || 'text' in node || 'answers' in node) return { errno: 'ENOTDIR' };
      if ('errno' in node) return node;
      const inside = paths.filter((one) => one.startsWith(`${real}/`)).map((one) => one.slice(real.length + 1).split('/')[0] ?? '');
      return { value: [...new Set(inside)] };
    },
    stat: (path) => statOf(follow(path)[1]),
    lstat: (path) => statOf(nodeAt(path)),
    canWrite: (path) => 'value' in statOf(follow(path)[1]) && writable.some((one) => path === one || path.startsWith(one === '/' ? '/' : `${one}/`)),
    env,
    ids: { uid, gid, arch, release, userName: () => userName },
  };
}

/** The text, or what open(2) and read(2) say of something that has none. */
function textOf(node: FixtureNode): Answer<string> {
  if (typeof node === 'string') return { value: node };
  if ('text' in node) return { value: node.text };
  if ('answers' in node) return { value: '' };
  if ('errno' in node) return node;
  return { errno: 'dir' in node ? 'EISDIR' : 'ENXIO' };
}

function statOf(node: FixtureNode): Answer<FileStat> {
  const plain = { mode: 0o644, uid: 0, gid: 0, major: 0, minor: 0 };
  if (typeof node === 'string') return { value: { ...plain, kind: 'file' } };
  if ('errno' in node) return node;
  if ('answers' in node) return { value: { ...plain, kind: 'file' } };
  if ('link' in node) return { value: { ...plain, kind: 'link', mode: 0o777 } };
  if ('dir' in node) return { value: { ...plain, kind: 'dir', mode: 0o755, uid: node.uid ?? 0 } };
  if ('text' in node) return { value: { ...plain, kind: 'file', mode: node.mode ?? 0o644, uid: node.uid ?? 0 } };
  const [major, minor] = 'char' in node ? node.char : node.block;
  return { value: { ...plain, kind: 'char' in node ? 'char' : 'block', major, minor } };
}
