// A denial of AppArmor -> what was tried, and the one rule of a profile that would allow exactly that (apparmor.d(5)).

import type { AppArmorRecord } from '../../../audit/record.ts';
import { fileWords } from './words.ts';

export interface Allowance {
  readonly tried: string;
  /** Without the comma at its end; null: no rule allows it. */
  readonly rule: string | null;
  readonly risk: string;
}

const MOUNT_RISK = 'a mount can hide what protects a file system, and shows in the container what it names';

/** By the operation. */
export function allowance(record: AppArmorRecord): Allowance {
  const found = byOperation(record);
  return [record.name, ...record.details.values()].some((value) => value?.includes('\\')) ? { ...found, rule: null } : found;
}

function byOperation(record: AppArmorRecord): Allowance {
  const { operation, name, details, requested = '' } = record;
  const detail = (key: string) => details.get(key);
  switch (operation) {
    case 'mount':
    case 'remount':
      return mount(record);
    case 'umount':
      return { tried: `unmount ${name ?? '?'}`, rule: joined('umount', path(name)), risk: 'what is mounted over a dangerous file may be taken away with it' };
    case 'pivotroot':
      return {
        tried: `make ${name ?? '?'} the root directory (pivot_root)`,
        rule: joined('pivot_root', detail('srcname') === undefined ? '' : `oldroot=${path(detail('srcname'))}`, path(name)),
        risk: 'rules for paths are about another tree afterwards: needed by containers within, and by systemd for RootDirectory=',
      };
    case 'capable': {
      const capability = detail('capname') ?? requested;
      return {
        tried: `use CAP_${capability.toUpperCase()}`,
        rule: joined('capability', capability),
        risk: `'holdfast caps show' says what root gains by ${capability}`,
      };
    }
    case 'signal':
      return {
        tried: `send the signal ${detail('signal') ?? '?'} to a process under ${detail('peer') ?? '?'}`,
        rule: joined('signal', `(${requested || 'send'})`, set(detail('signal')), peer(detail('peer'))),
        risk: 'processes of that profile can be ended and stopped from within',
      };
    case 'ptrace':
      return {
        tried: `${requested === 'read' ? 'look into' : 'trace'} a process under ${detail('peer') ?? '?'}`,
        rule: joined('ptrace', `(${requested || 'trace'})`, peer(detail('peer'))),
        risk: 'whoever traces a process is that process: with one outside of the container, the wall is gone',
      };
    case 'userns_create':
      return {
        tried: 'make a user namespace',
        rule: 'userns',
        risk: 'root of a user namespace of its own reaches kernel code that had many faults; systemd and browsers use it to confine themselves',
      };
    case 'create':
    case 'bind':
    case 'connect':
    case 'listen':
    case 'accept':
    case 'sendmsg':
    case 'recvmsg':
    case 'getsockname':
    case 'getsockopt':
    case 'setsockopt':
      return socket(record);
    case 'change_profile':
    case 'change_onexec':
      return {
        tried: fileWords(record),
        rule: joined('change_profile', '->', path(name)),
        risk: 'what runs under the other profile may do what that one allows',
      };
    default:
      return file(record);
  }
}

function mount({ operation, name, details, info }: AppArmorRecord): Allowance {
  const [type, source, flags = ''] = [details.get('fstype'), details.get('srcname'), details.get('flags')];
  const words = flags.split(/,\s*/).filter((word) => word !== '');
  const has = (word: string) => words.includes(word);
  const what =
    operation === 'remount' || has('remount')
      ? `change the flags of the mount on ${name ?? '?'}`
      : words.some((word) => /^(make-)?r?(private|shared|slave|unbindable)$/.test(word))
        ? `change how mounts below ${name ?? '?'} are shared`
        : has('bind') || has('rbind')
          ? `bind ${source ?? '?'} to ${name ?? '?'}`
          : has('move')
            ? `move the mount ${source ?? '?'} to ${name ?? '?'}`
            : type === undefined
              ? `mount on ${name ?? '?'}`
              : `mount a file system of type ${type} on ${name ?? '?'}`;
  const options = words.length === 0 ? '' : `options=(${words.join(', ')})`;
  const arrow = name === undefined ? '' : `-> ${path(name)}`;
  const rule = joined('mount', type === undefined ? '' : `fstype=${path(type)}`, options, path(source), arrow);
  const shown = words.length === 0 ? '' : ` (${words.join(', ')})`;
  return { tried: `${what}${shown}`, rule: info === 'failed srcname match' && source === undefined ? null : rule, risk: mountRisk(type, words) };
}

const TYPES: Readonly<Record<string, string>> = {
  proc: 'a fresh /proc has none of the read-only mounts that keep root from writing the settings of the machine',
  sysfs: 'a fresh /sys can be written to by root, with the settings of the whole machine in it',
  debugfs: 'debugfs is the inside of the kernel, with files that change it',
  tracefs: 'tracefs shows what the whole machine does',
  securityfs: "securityfs holds the policies of the machine's security modules",
  cgroup: 'release_agent in a hierarchy of version 1 runs programs as root of the host (CVE-2022-0492)',
  devtmpfs: 'devtmpfs has a node for every device of the machine',
  efivarfs: "efivarfs is the firmware's variables: removing some makes a machine unbootable",
};

function mountRisk(type: string | undefined, words: readonly string[]): string {
  if (words.includes('remount')) return 'what is mounted read-only so that root cannot write it may be made writable';
  return (type === undefined ? undefined : TYPES[type]) ?? MOUNT_RISK;
}

function socket({ operation, details, requested = '' }: AppArmorRecord): Allowance {
  const [family = '?', type = '?'] = [details.get('family'), details.get('sock_type')];
  const at = details.get('peer_addr') ?? details.get('addr');
  if (family === 'unix') {
    const rule = joined(
      'unix',
      requested === '' ? '' : `(${requested.replaceAll(' ', ', ')})`,
      `type=${type}`,
      at === undefined || at === 'none' ? '' : `addr=${path(at)}`,
      peer(details.get('peer')),
    );
    return {
      tried: `${operation} a Unix socket${at === undefined ? '' : ` with ${at}`}`,
      rule,
      risk: 'whoever listens there does what it is asked: look at who that is',
    };
  }
  const risk = type === 'raw' || family === 'packet' ? 'raw sockets read and forge what passes on a link' : 'reaches the code of that protocol in the kernel';
  return { tried: `${operation} a socket of ${family}, ${type}`, rule: joined('network', family, type), risk };
}

/** Letters that a rule may have: making and removing are writing. */
const LETTERS: readonly (readonly [letter: string, granted: string])[] = [
  ['r', 'r'],
  ['w', 'w'],
  ['c', 'w'],
  ['d', 'w'],
  ['a', 'a'],
  ['l', 'l'],
  ['k', 'k'],
  ['m', 'm'],
  ['x', 'ix'],
];

function file(record: AppArmorRecord): Allowance {
  const { name, denied, requested = '' } = record;
  const mask = denied ?? requested;
  const letters = new Set(LETTERS.filter(([letter]) => mask.includes(letter)).map(([, granted]) => granted));
  if (letters.has('w')) letters.delete('a');
  const access = [...letters].join('');
  return { tried: fileWords(record), rule: name === undefined || access === '' ? null : `${path(name)} ${access}`, risk: fileRisk(name ?? '', access) };
}

function fileRisk(name: string, access: string): string {
  if (!access.includes('w') && !access.includes('a')) return 'shows what is in that file to everyone in the container';
  if (name.startsWith('/proc/sys/') || name.startsWith('/sys/')) return 'a setting of the whole machine, unless it belongs to a namespace of the container';
  if (name.startsWith('/proc/')) return 'much of /proc acts on the whole machine (sysrq-trigger reboots it)';
  if (name.startsWith('/dev/')) return 'a device is the same one for the host and for every container';
  return 'that file can be changed from within, whoever else uses it';
}

const joined = (...words: readonly string[]): string => words.filter((word) => word !== '').join(' ');
const set = (signal: string | undefined) => (signal === undefined || !/^[a-z0-9]+$/.test(signal) ? '' : `set=(${signal})`);
const peer = (label: string | undefined) => (label === undefined ? '' : `peer=${path(label)}`);

/**
 * What a rule would take for a pattern, a variable or the end of the line stands for itself; other bytes are octal (apparmor.d(5)).
 * A backslash cannot be written: the parser takes it for the mark of the next character in every form.
 */
function path(name: string | undefined): string {
  if (name === undefined) return '';
  const escaped = name.replace(/[*?[\]{}^"]/g, (character) => `\\${character}`).replace(/[@,#]/g, octal);
  // oxlint-disable-next-line no-control-regex -- they are what this is about
  const text = escaped.replace(/[\u0000-\u001f\u007f-\uffff]+/g, octal);
  return text.includes(' ') || text === '' ? `"${text}"` : text;
}

function octal(text: string): string {
  return [...Buffer.from(text)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
