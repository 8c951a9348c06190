// /proc/self/limits -> the caller's hard limits by LXC's names; getrlimit(2).

import type { RlimitName } from '../kernel/rlimits.gen.ts';
import { type Machine, valueOr } from './machine.ts';

/** The titles of the kernel's table, fs/proc/base.c `lnames`. */
const TITLES: Readonly<Record<string, RlimitName>> = {
  'Max cpu time': 'cpu',
  'Max file size': 'fsize',
  'Max data size': 'data',
  'Max stack size': 'stack',
  'Max core file size': 'core',
  'Max resident set': 'rss',
  'Max processes': 'nproc',
  'Max open files': 'nofile',
  'Max locked memory': 'memlock',
  'Max address space': 'as',
  'Max file locks': 'locks',
  'Max pending signals': 'sigpending',
  'Max msgqueue size': 'msgqueue',
  'Max nice priority': 'nice',
  'Max realtime priority': 'rtprio',
  'Max realtime timeout': 'rttime',
};

/** The table is padded: titles take 25 columns, each limit 20 and a blank. */
const HARD = { from: 47, to: 67 } as const;

/** null: unlimited. A limit the kernel does not list is left out. */
export function readHardLimits(machine: Machine): Readonly<Record<string, bigint | null>> {
  const found: Record<string, bigint | null> = {};
  for (const line of valueOr(machine.readText('/proc/self/limits'), '').split('\n')) {
    const name = TITLES[line.slice(0, 25).trimEnd()];
    if (name === undefined) continue;
    const hard = line.slice(HARD.from, HARD.to).trim();
    found[name] = hard === 'unlimited' ? null : BigInt(hard);
  }
  return found;
}
