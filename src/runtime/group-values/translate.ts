// A key of one version, read and written through the files of the other: kernel/cgroup-equivalents.ts with the container's present
// values at hand, which a configuration does not have.

import { equivalent } from '../../kernel/cgroup-equivalents.ts';

/** The present value of a file of the container, trimmed; null: it has no such file. */
export type Present = (file: string) => string | null;

export type Translated =
  | { readonly kind: 'writes'; readonly writes: readonly { readonly file: string; readonly value: string }[]; readonly caution?: string }
  | { readonly kind: 'none'; readonly reason: string };

const other = (version: 1 | 2): 1 | 2 => (version === 1 ? 2 : 1);

/** What to write, in this order, for `file = value` of version `asked`. */
export function translateValue(asked: 1 | 2, file: string, value: string, files: readonly string[], present: Present): Translated {
  // One file there, two here, and neither stands for the other.
  if (asked === 2 && file === 'cpu.max') {
    const [, quota, period] = /^(max|\d+)(?:\s+(\d+))?$/.exec(value.trim()) ?? [];
    if (quota === undefined) return { kind: 'none', reason: `'${value}' is no 'QUOTA PERIOD'` };
    return {
      kind: 'writes',
      writes: [
        ...(period === undefined ? [] : [{ file: 'cpu.cfs_period_us', value: period }]),
        { file: 'cpu.cfs_quota_us', value: quota === 'max' ? '-1' : quota },
      ],
    };
  }
  if (asked === 1 && file === 'cpu.cfs_period_us') {
    return { kind: 'writes', writes: [{ file: 'cpu.max', value: `${present('cpu.max')?.split(' ')[0] ?? 'max'} ${value}` }] };
  }
  const found = equivalent(asked, file, value, (name) => translateReading(asked, name, files, present) ?? undefined);
  if (found.kind === 'none') return found;
  if (found.kind === 'carried') return { kind: 'none', reason: `it is part of ${found.by}` };
  return { kind: 'writes', writes: [{ file: found.file, value: found.value }], ...(found.caution === undefined ? {} : { caution: found.caution }) };
}

/** What `file` of version `asked` would say; null where that cannot be told. `files`: the other version's files for it, empty: any. */
export function translateReading(asked: 1 | 2, file: string, files: readonly string[], present: Present): string | null {
  if (asked === 1 && file === 'cpu.cfs_period_us') return present('cpu.max')?.split(' ')[1] ?? null;
  if (asked === 1 && file === 'cpu.cfs_quota_us') {
    const quota = present('cpu.max')?.split(' ')[0];
    return quota === undefined ? null : quota === 'max' ? '-1' : quota;
  }
  const there = other(asked);
  const sources = files.length > 0 && !SOURCES[asked][file] ? files : [SOURCES[asked][file] ?? ''];
  for (const source of sources) {
    const value = present(source);
    if (value === null || value.includes('\n')) continue;
    const found = equivalent(there, source, unlimited(value), (name) => present(name) ?? undefined);
    if (found.kind === 'value' && found.file === file) return found.value;
  }
  return null;
}

/** Those that a value of another file is made with. */
const SOURCES: Readonly<Record<1 | 2, Readonly<Record<string, string>>>> = {
  1: { 'memory.limit_in_bytes': 'memory.max', 'memory.memsw.limit_in_bytes': 'memory.swap.max' },
  2: { 'memory.max': 'memory.limit_in_bytes', 'memory.swap.max': 'memory.memsw.limit_in_bytes', 'cpu.max': 'cpu.cfs_quota_us' },
};

/** page_counter.h: what version 1 prints where there is no limit. */
function unlimited(value: string): string {
  return /^\d{19}$/.test(value) && BigInt(value) >= 2n ** 62n ? '-1' : value;
}
