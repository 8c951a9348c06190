// Values that are well written and that the kernel refuses, or silently moves to its bounds: told before a start.

import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { ConfigSetting } from '../setting.ts';

interface Bound {
  readonly key: string;
  readonly min: number;
  readonly max: number;
  /** Whether a word is taken besides numbers. */
  readonly words?: readonly string[];
  readonly rule: string;
}

/** The kernel's own bounds. */
const BOUNDS: readonly Bound[] = [
  { key: 'lxc.proc.oom_score_adj', min: -1000, max: 1000, rule: 'oom_score_adj is -1000 to 1000 (proc(5))' },
  { key: 'lxc.proc.oom_adj', min: -17, max: 15, rule: 'oom_adj is -17 to 15 (proc(5))' },
  { key: 'lxc.cgroup.cpu.shares', min: 2, max: 262_144, rule: 'shares are 2 to 262144, and others are silently moved there (kernel/sched/core.c)' },
  { key: 'lxc.cgroup2.cpu.weight', min: 1, max: 10_000, words: ['idle'], rule: 'a weight is 1 to 10000 (cgroup-v2.rst)' },
  { key: 'lxc.cgroup2.cpu.weight.nice', min: -20, max: 19, rule: 'a nice value is -20 to 19 (cgroup-v2.rst)' },
  { key: 'lxc.cgroup.cpu.cfs_period_us', min: 1000, max: 1_000_000, rule: 'a period is 1000 to 1000000 microseconds (sched-bwc.rst)' },
  { key: 'lxc.cgroup.memory.swappiness', min: 0, max: 200, rule: 'swappiness is 0 to 200 (cgroup-v1/memory.rst)' },
  { key: 'lxc.cgroup.blkio.weight', min: 10, max: 1000, rule: 'a weight is 10 to 1000 (blkio-controller.rst)' },
  { key: 'lxc.cgroup.net_cls.classid', min: 0, max: 0xffff_ffff, rule: 'a class is 0xAAAABBBB, 32 bits (net_cls.rst)' },
];

/** A value without a file. */
const INTEGER = /^[+-]?(\d+|0[xX][0-9a-fA-F]+)$/;

export function refusedByKernel(settings: readonly ConfigSetting[]): readonly Diagnostic[] {
  return settings.flatMap((setting) => {
    const { key, text } = setting;
    const bound = BOUNDS.find((one) => one.key === key);
    if (bound !== undefined) return within(bound, text) ? [] : [refusal(key, text, bound.rule, 'correct the value', setting.at())];
    const quota = /^lxc\.cgroup\.cpu\.cfs_quota_us$/.test(key) && INTEGER.test(text) ? Number(text) : null;
    if (quota !== null && quota !== -1 && quota < 1000) {
      return [refusal(key, text, 'a quota is -1 (none) or at least 1000 microseconds (sched-bwc.rst)', 'write -1 or 1000 and more', setting.at())];
    }
    if (key === 'lxc.cgroup2.cpu.max' && !/^(max|\d{4,})(\s+\d+)?$/.test(text)) {
      return [
        refusal(
          key,
          text,
          "it is 'max' or at least 1000 microseconds, then the period (cgroup-v2.rst)",
          "write e.g. '50000 100000' for half a processor",
          setting.at(),
        ),
      ];
    }
    return [];
  });
}

function within({ min, max, words = [] }: Bound, text: string): boolean {
  return words.includes(text) || (INTEGER.test(text) && Number(text) >= min && Number(text) <= max);
}

function refusal(key: string, value: string, rule: string, remedy: string, why: Parameters<typeof diagnostic>[2]): Diagnostic {
  return diagnostic('HF602', { key, value, rule, remedy }, why);
}
