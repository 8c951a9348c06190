// AppArmor profiles for guests, compiled on the host: apparmor_parser takes a quarter of a second here and four seconds under emulation.
// It compiles against what the guest's kernel says that it can mediate, which differs from kernel to kernel and need not be this one's.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { boot, succeeded } from './boot.ts';
import type { Kernel } from './kernel.ts';

/** LXC's own profiles, for comparisons; Debian's package has them. */
const LXC_PROFILES = '/etc/apparmor.d/lxc-containers';
/** Name of the compiled LXC profiles in a guest's /run/vm. */
export const COMPILED_LXC_PROFILES = 'lxc-profiles.bin';

/** What is put into a guest with AppArmor: LXC's profiles, where this machine has them. */
export async function profileFiles(kernel: Kernel): Promise<Readonly<Record<string, Buffer>>> {
  return existsSync(LXC_PROFILES) ? { [COMPILED_LXC_PROFILES]: compileProfiles(LXC_PROFILES, await featuresOf(kernel)) } : {};
}

/** The profiles of a file as the kernel loads them. Throws with what apparmor_parser(8) says. */
function compileProfiles(source: string, features: string): Buffer {
  const folder = mkdtempSync(join(features, '../.compiling-'));
  const output = join(folder, 'profiles');
  try {
    const words = ['--kernel-features', features, '--skip-cache', '--skip-kernel-load', '--ofile', output, source];
    const done = spawnSync('apparmor_parser', words, { encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`apparmor_parser: ${done.error?.message ?? done.stderr}`);
    return readFileSync(output);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A copy of /sys/kernel/security/apparmor/features of that kernel, which is booted for it once. */
async function featuresOf({ vmlinux }: Kernel): Promise<string> {
  const features = join(dirname(vmlinux), 'apparmor-features');
  if (existsSync(features)) return features;
  const folder = mkdtempSync(join(dirname(vmlinux), '.reading-'));
  try {
    const command = 'cp -r /sys/kernel/security/apparmor/features /run/tmp && tar -C /run/tmp -cf /run/vm/features features';
    const booted = await boot({ lsm: 'apparmor', cgroup: 'v2', command });
    succeeded(booted);
    writeFileSync(join(folder, 'archive'), booted.file('features') ?? '');
    const done = spawnSync('tar', ['-xf', 'archive'], { cwd: folder, encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`tar: ${done.stderr}`);
    if (!existsSync(features)) renameSync(join(folder, 'features'), features);
    return features;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
