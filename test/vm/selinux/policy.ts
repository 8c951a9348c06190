// The SELinux policy of guests, tiny.cil and the module that Holdfast ships, as the kernel loads it.

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../paths.ts';

/** From the project's root. */
const SOURCES = ['test/vm/selinux/tiny.cil', 'share/selinux/holdfast.cil'];
const CATEGORIES = 1024;
/** Version of the binary policy that Linux 5.14 and every newer kernel loads. */
const VERSION = '33';

/** Compiles it with secilc(8), in a folder of the caller's. Throws with what secilc says. */
export function compilePolicy(folder: string): Buffer {
  const [source, binary] = [join(folder, 'policy.cil'), join(folder, 'policy.bin')];
  writeFileSync(source, [...SOURCES.map((path) => readFileSync(join(PROJECT, path), 'utf8')), levels()].join('\n'));
  const done = spawnSync('secilc', ['-M', 'true', '-c', VERSION, '-o', binary, '-f', '/dev/null', source], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`secilc: ${done.error?.message ?? `${done.stdout}${done.stderr}`}`);
  return readFileSync(binary);
}

/** One sensitivity, s0, with the categories c0 to c1023; processes and users may have any of them. */
function levels(): string {
  const names = Array.from({ length: CATEGORIES }, (_, index) => `c${index}`);
  return [
    '(sensitivity s0)',
    '(sensitivityorder (s0))',
    ...names.map((name) => `(category ${name})`),
    `(categoryorder (${names.join(' ')}))`,
    `(sensitivitycategory s0 (range c0 c${CATEGORIES - 1}))`,
    '(level low (s0))',
    `(level high (s0 (range c0 c${CATEGORIES - 1})))`,
    '(levelrange only_low (low low))',
    '(levelrange low_to_high (low high))',
    ...['system_u', 'unconfined_u'].flatMap((user) => [`(userlevel ${user} low)`, `(userrange ${user} low_to_high)`]),
    '',
  ].join('\n');
}
