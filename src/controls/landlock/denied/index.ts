// A denial of Landlock in words, with the line of a file of rules (docs/landlock.md) that would allow it.

import type { LandlockRecord } from '../../../audit/record.ts';
import type { DenialExplanation, Remedy } from '../../../model/denial.ts';

export interface RulesetLine {
  /** The value of holdfast.landlock: `default`, or the path of a file. Null: nothing said. */
  readonly value: string | null;
  readonly place: string | null;
}

/** security/landlock/audit.c, get_blocker(). */
const WORDS: Readonly<Record<string, string>> = {
  'fs.execute': 'execute',
  'fs.write_file': 'write',
  'fs.read_file': 'read',
  'fs.read_dir': 'list',
  'fs.remove_dir': 'remove a directory in',
  'fs.remove_file': 'remove a file in',
  'fs.make_char': 'make a character device in',
  'fs.make_dir': 'make a directory in',
  'fs.make_reg': 'make a file in',
  'fs.make_sock': 'make a socket in',
  'fs.make_fifo': 'make a pipe in',
  'fs.make_block': 'make a block device in',
  'fs.make_sym': 'make a symbolic link in',
  'fs.refer': 'link or rename between directories, at',
  'fs.truncate': 'truncate',
  'fs.ioctl_dev': 'control the device',
  'fs.change_topology': 'mount, unmount or change a mount at',
  'net.bind_tcp': 'listen on TCP port',
  'net.connect_tcp': 'connect to TCP port',
  'scope.abstract_unix_socket': 'reach an abstract Unix socket of a process outside',
  'scope.signal': 'signal a process outside',
  ptrace: 'trace a process outside',
};

export function explainLandlock({ blockers, details }: LandlockRecord, { value, place }: RulesetLine): DenialExplanation {
  const path = details.get('path');
  const port = details.get('dest') ?? details.get('src');
  const other = details.get('ocomm');
  const object = path ?? port ?? (other === undefined ? '' : `(${other})`);
  const by = value === null ? '' : ` (holdfast.landlock = ${value}, ${place ?? 'default'})`;
  const tried = `${blockers.map((one) => WORDS[one] ?? one).join(' and ')}${object === '' ? '' : ` ${object}`}`;
  return { tried, outcome: 'refused', rule: `${reason(blockers)}${by}`, remedy: remedyFor(blockers, path, port, value) };
}

function reason(blockers: readonly string[]): string {
  if (blockers.includes('fs.change_topology')) return 'whoever is under rules for files may not change what is mounted, and no rule can allow it';
  if (blockers.includes('ptrace')) return 'whoever is under a ruleset may trace only what is under the same one';
  return blockers.some((one) => one.startsWith('scope.')) ? 'the ruleset closes that outwards' : 'no rule of the ruleset grants it';
}

/** Rights that the words of the language stand for; device nodes and other rights are written by their names. */
const READ = ['fs.execute', 'fs.read_file', 'fs.read_dir'];
const NODES = ['fs.make_char', 'fs.make_block'];

function remedyFor(blockers: readonly string[], path: string | undefined, port: string | undefined, value: string | null): Remedy | null {
  const where = value === null || value === 'default' ? "a file of rules for holdfast.landlock ('holdfast plan' prints what the default grants)" : value;
  if (blockers.includes('fs.change_topology')) {
    return {
      lines: ['holdfast.landlock = none'],
      where: 'the configuration',
      risk: 'nothing but the other controls keeps root of the container from /proc, /sys and new device nodes then: have a label of AppArmor or SELinux instead',
    };
  }
  const net = blockers.find((one) => one.startsWith('net.'));
  if (net !== undefined && port !== undefined && /^\d+$/.test(port)) {
    return {
      lines: [`${net === 'net.bind_tcp' ? 'bind' : 'connect'} ${port}`],
      where,
      risk: 'whatever answers at that port, on every address, is within reach',
    };
  }
  // A word of a file of rules ends at a blank.
  if (path === undefined || !/^\/[!-~]*$/.test(path)) return null;
  const files = blockers.filter((one) => one.startsWith('fs.'));
  if (files.length === 0) return null;
  if (files.some((one) => NODES.includes(one))) {
    return {
      lines: [`allow ${files.map((one) => one.slice('fs.'.length)).join(',')} ${path}`],
      where,
      risk: 'a device node opens whatever the device rules of the control group leave',
    };
  }
  if (files.every((one) => READ.includes(one))) return { lines: [`read ${path}`], where, risk: 'everything below is readable and executable' };
  const device = path.startsWith('/dev/');
  const risk =
    path.startsWith('/proc') || path.startsWith('/sys')
      ? 'settings of the whole machine are below /proc and /sys: grant the one file, not its directory'
      : 'everything below can be changed';
  return { lines: [`${device ? 'use' : 'write'} ${path}`], where, risk: device ? 'the device is the same one for the host and every container' : risk };
}
