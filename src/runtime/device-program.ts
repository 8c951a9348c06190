// Asks the kernel which device program a running container's group has: bpf(2), which takes a call that Node has not, so a launcher makes it.

import { spawnSync } from 'node:child_process';
import { closeSync } from 'node:fs';
import { programTags, readBackSteps } from '../controls/devices/attach-program.ts';
import { deviceProgram } from '../controls/devices/ebpf.ts';
import { STRUCTS } from '../kernel/structs.gen.ts';
import { emit } from '../launcher/emit.ts';
import { taskProgram } from '../launcher/task.ts';
import type { ContainerRecord } from '../model/record.ts';
import type { Plan } from '../model/plan.ts';
import { namelessLauncher } from './launcher-file.ts';
import type { CheckResult } from './verify.ts';

/** Has the group the very program of the list on record, and no other? Null: the list is none of version 2. */
export function verifyDeviceProgram({ devices, name }: ContainerRecord, cacheDir: string): CheckResult | null {
  if (devices?.version !== 2) return null;
  const tags = programTags(deviceProgram(devices));
  const found = tagOf(devices.group, name, cacheDir);
  return {
    what: 'the device program of its group is the one of its list',
    expected: `the only program of ${devices.group}, with the tag ${tags.join(' or ')}`,
    found,
    holds: tags.includes(found),
  };
}

/** The tag in hexadecimal, or why there is none. */
function tagOf(group: string, name: string, cacheDir: string): string {
  const steps = readBackSteps(group, { kind: 'option', text: 'verify' });
  const plan: Plan = { name, steps, detach: false, guard: false, halt: { signal: 0, seconds: 0 } };
  const launcher = namelessLauncher(cacheDir, emit(taskProgram(plan, { arch: 'x86_64' }), { arch: 'x86_64' }));
  try {
    const { stdout, stderr, status } = spawnSync(`/proc/self/fd/${launcher}`, { stdio: ['ignore', 'pipe', 'pipe'], argv0: `holdfast: ${name}` });
    const { offset, size } = STRUCTS.bpf_prog_info.fields.tag;
    return status === 0 ? stdout.subarray(offset, offset + size).toString('hex') : `cannot be read: ${stderr.toString().trim()}`;
  } finally {
    closeSync(launcher);
  }
}
