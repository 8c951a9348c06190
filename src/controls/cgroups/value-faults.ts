// What is wrong with a value before the kernel is asked: a name that is no file, a file that is no limit, a value that is out of
// range, a limit below what init itself needs.

import { bytesOf } from '../../kernel/cgroup-equivalents.ts';
import { diagnostic, type Diagnostic } from '../../model/diagnostic.ts';
import type { CgroupValue, ContainerSpec } from '../../model/spec.ts';
import { formOf, formText, isOfForm, numberOf } from './forms.ts';

/** The key itself: it must name one file of one controller, and there must be something to write. */
export function malformed({ key, file, value, why }: CgroupValue): Diagnostic | null {
  if (file.includes('/')) return diagnostic('HF510', { key, reason: 'it contains a slash' }, why);
  if (!/^[^.]+\../.test(file)) return diagnostic('HF510', { key, reason: 'the part behind the controller is absent' }, why);
  return value === '' ? diagnostic('HF513', { key }, why) : null;
}

/** Files that do something to processes or to the tree, and what does that instead. */
const NO_LIMITS: readonly (readonly [RegExp, string])[] = [
  [/^(?:freezer\.state|cgroup\.freeze)$/, 'a frozen container never gets as far as its init: start it'],
  [/^cgroup\.(?:procs|threads)$|^tasks$/, 'it would move a process of the host into the container: remove the line'],
  [/^cgroup\.(?:kill|subtree_control|type|clone_children)$/, 'Holdfast sees to it: remove the line'],
  [/^memory\.(?:force_empty|reclaim|pressure_level)$/, 'it is done once, not kept: remove the line'],
];

/** A value that is written to the file, behind translation and with devices as numbers. `stays`: no later one takes its place. */
export function valueFault(value: CgroupValue, spec: ContainerSpec, stays = true): Diagnostic | null {
  const { key, file, why } = value;
  const [, instead] = NO_LIMITS.find(([pattern]) => pattern.test(file)) ?? [];
  if (instead !== undefined) return diagnostic('HF543', { key, file, instead }, why);
  const form = formOf(file);
  if (form !== null && !isOfForm(form, value.value)) return diagnostic('HF542', { key, file, value: value.value, expected: formText(form) }, why);
  const least = stays ? leastOf(value, spec) : null;
  return least === null ? null : diagnostic('HF544', { key, file, value: value.value, ...least }, why);
}

/**
 * A busybox init and what sets it up fit into 192 KiB; 128 KiB kill init, and 64 KiB the monitor too, which shares its memory (Linux 6.18,
 * x86-64, v1: pages of the launcher, kernel stacks and page tables count).
 */
const LEAST_MEMORY = 256n * 1024n;
const MEMORY = new Set(['memory.limit_in_bytes', 'memory.memsw.limit_in_bytes', 'memory.max', 'memory.high']);

function leastOf({ file, value }: CgroupValue, spec: ContainerSpec): { readonly least: string; readonly what: string } | null {
  if (MEMORY.has(file)) {
    const bytes = bytesOf(value);
    return bytes !== null && bytes < LEAST_MEMORY ? { least: '256K', what: 'no program starts in less' } : null;
  }
  if (file !== 'pids.max') return null;
  const processes = numberOf(value);
  const needed = spec.init.reaper ? 2n : 1n;
  if (processes === null || processes >= needed) return null;
  return { least: String(needed), what: needed === 2n ? 'a command and its minimal PID 1 are two processes' : 'init is a process' };
}
