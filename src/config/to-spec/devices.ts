// /dev, terminals and the console.

import type { DevSpec } from '../../model/spec.ts';
import { type ConfigSetting, lastOf } from '../setting.ts';
import { booleanOr, byDefault, integerOr, textOrNull } from './defaults.ts';

export function toDev(settings: readonly ConfigSetting[]): DevSpec {
  return {
    autodev: booleanOr(settings, 'lxc.autodev', true, 'a small /dev is made'),
    tmpfsSize: integerOr(settings, 'lxc.autodev.tmpfs.size', 500_000, '/dev has 500000 bytes'),
    ttys: integerOr(settings, 'lxc.tty.max', 0, 'no ttys'),
    ttyDir: textOrNull(settings, 'lxc.tty.dir') ?? byDefault('', 'ttys are in /dev'),
    ptyMax: integerOr(settings, 'lxc.pty.max', 0, 'lxc.pty.max is 0'),
    console: consoleOf(settings),
    consoleLog: textOrNull(settings, 'lxc.console.logfile'),
  };
}

function consoleOf(settings: readonly ConfigSetting[]): DevSpec['console'] {
  const found = lastOf(settings, 'lxc.console.path', 'text');
  if (!found) return byDefault({ kind: 'pty' }, 'the console is a pseudo terminal');
  const { value: path } = found.parsed;
  return { value: path === 'none' ? { kind: 'none' } : { kind: 'path', path }, why: found.why };
}
