// lxc.mount.auto: which of proc, sys and the control groups are mounted, and how much of them is writable.

import type { Origin } from '../../model/origin.ts';
import type { MountAutoToken, Report, Value, ValueText } from '../value.ts';
import { guess, refusal, wordsOf } from './refuse.ts';

const SYSTEMS = [
  'proc',
  'proc:mixed',
  'proc:rw',
  'sys',
  'sys:mixed',
  'sys:ro',
  'sys:rw',
  ...['cgroup', 'cgroup-full'].flatMap((kind) => ['', ':mixed', ':ro', ':rw'].flatMap((mode) => ['', ':force'].map((force) => kind + mode + force))),
  'cgroup2',
  'cgroup2:ro',
  'cgroup2:force',
  'cgroup2:ro:force',
];

export function parseMountAuto(value: ValueText, report: Report): Value {
  const tokens: MountAutoToken[] = [];
  let valid = true;
  for (const found of wordsOf(value)) {
    const { value: word, offset } = found;
    const token = tokenOf(word, found.why);
    if (token) tokens.push(token);
    else {
      valid = false;
      const refused = refusal(value, 'proc, sys or cgroup with :mixed, :ro or :rw', guess(word, SYSTEMS), { text: word, offset });
      if (!report(refused)) break;
    }
  }
  return valid ? { kind: 'mount-auto', tokens } : { kind: 'invalid' };
}

function tokenOf(word: string, why: Origin): MountAutoToken | null {
  if (word.startsWith('shmounts:')) return word === 'shmounts:' ? null : { about: 'shmounts', setting: { value: word.slice('shmounts:'.length), why } };
  if (!SYSTEMS.includes(word)) return null;
  const [name, ...words] = word.split(':');
  const mode = words.find((one) => one === 'mixed' || one === 'ro' || one === 'rw');
  if (name === 'proc') return { about: 'proc', setting: { value: mode === 'rw' ? 'rw' : 'mixed', why } };
  if (name === 'sys') return { about: 'sys', setting: { value: mode ?? 'mixed', why } };
  // cgroup2 is mounted whether or not there is a cgroup namespace: LXC sets `force` for it.
  const force = name === 'cgroup2' || words.includes('force');
  if (name === 'cgroup2') return { about: 'cgroup', setting: { value: { kind: 'cgroup2', mode: mode ?? 'rw', force }, why } };
  return { about: 'cgroup', setting: { value: { kind: name === 'cgroup-full' ? 'cgroup-full' : 'cgroup', mode: mode ?? 'default', force }, why } };
}
