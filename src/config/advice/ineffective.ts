// Keys that say nothing in the company they keep.

import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { ConfigSetting } from '../setting.ts';

interface Idle {
  /** Keys, by the name in the table; a dot at the end: all that begin so. */
  readonly keys: readonly string[];
  readonly when: (settings: Settings) => boolean;
  readonly reason: string;
  readonly remedy: string;
}

/** What other lines say: the last value of a key, or undefined. */
interface Settings {
  readonly text: (key: string) => string | undefined;
}

const is =
  (key: string, ...values: readonly string[]) =>
  (settings: Settings) =>
    values.includes(settings.text(key) ?? '');
const lacks = (key: string) => (settings: Settings) => settings.text(key) === undefined;

const IDLE: readonly Idle[] = [
  {
    keys: ['lxc.autodev.tmpfs.size', 'lxc.hook.autodev'],
    when: is('lxc.autodev', '0'),
    reason: 'lxc.autodev = 0 leaves /dev as it is in the root file system',
    remedy: 'remove one of the two lines',
  },
  {
    keys: ['lxc.tty.dir'],
    when: (settings) => ['0', undefined].includes(settings.text('lxc.tty.max')) && settings.text('lxc.console.path') === 'none',
    reason: 'there are neither ttys (lxc.tty.max) nor a console',
    remedy: 'set lxc.tty.max, or remove lxc.console.path = none',
  },
  {
    keys: ['lxc.execute.cmd'],
    when: (settings) => settings.text('lxc.init.cmd') !== undefined,
    reason: 'a start runs lxc.init.cmd',
    remedy: 'keep lxc.execute.cmd for a configuration of its own, without lxc.init.cmd',
  },
  {
    keys: ['lxc.console.buffer.size', 'lxc.console.size', 'lxc.console.rotate', 'lxc.console.logfile'],
    when: is('lxc.console.path', 'none'),
    reason: 'lxc.console.path = none leaves the container without a console',
    remedy: 'remove lxc.console.path = none',
  },
  { keys: ['lxc.console.rotate'], when: lacks('lxc.console.logfile'), reason: 'there is no lxc.console.logfile to rotate', remedy: 'set lxc.console.logfile' },
  {
    keys: ['lxc.apparmor.raw', 'lxc.apparmor.allow_nesting'],
    when: (settings) => settings.text('lxc.apparmor.profile') !== 'generated',
    reason: 'it is about a generated profile, and lxc.apparmor.profile is not generated',
    remedy: 'set lxc.apparmor.profile = generated',
  },
  {
    keys: ['lxc.start.delay', 'lxc.start.order'],
    when: (settings) => settings.text('lxc.start.auto') !== '1',
    reason: 'lxc.start.auto is not 1',
    remedy: 'set lxc.start.auto = 1',
  },
  {
    keys: ['lxc.selinux.context.keyring'],
    when: is('lxc.keyring.session', '0'),
    reason: 'lxc.keyring.session = 0 makes no keyring',
    remedy: 'remove one of the two lines',
  },
];

/** What an interface of a type has no use for. */
const NO_LINK: readonly string[] = ['empty', 'none'];
const UNUSED_BY_TYPE: Readonly<Record<string, readonly string[]>> = {
  none: ['link', 'name', 'hwaddr', 'mtu', 'flags', 'ipv4.address', 'ipv4.gateway', 'ipv6.address', 'ipv6.gateway', 'l2proxy'],
  empty: ['link', 'name', 'hwaddr', 'mtu', 'ipv4.gateway', 'ipv6.gateway', 'l2proxy'],
};

export function ineffective(settings: readonly ConfigSetting[]): readonly Diagnostic[] {
  const last = new Map(settings.map((setting) => [setting.key, setting]));
  const view: Settings = { text: (key) => last.get(key)?.text };
  const idle = IDLE.filter(({ when }) => when(view)).flatMap(({ keys, reason, remedy }) =>
    settings.filter(({ entry }) => keys.includes(entry.name)).map(({ key, why }) => diagnostic('HF601', { key, reason, remedy }, why)),
  );
  return [...idle, ...settings.flatMap((setting) => idleInterfaceKey(setting, view))];
}

function idleInterfaceKey({ key, why }: ConfigSetting, settings: Settings): readonly Diagnostic[] {
  const [, prefix = '', sub = ''] = /^(lxc\.net\.\d+)\.(.+)$/.exec(key) ?? [];
  const type = settings.text(`${prefix}.type`) ?? '';
  if (UNUSED_BY_TYPE[type]?.includes(sub)) {
    return [
      diagnostic(
        'HF601',
        { key, reason: `${prefix}.type = ${type} makes no interface`, remedy: NO_LINK.includes(type) ? 'remove the line, or choose another type' : '' },
        why,
      ),
    ];
  }
  const [, version] = /^ipv([46])\.gateway$/.exec(sub) ?? [];
  if (version !== undefined && type !== '' && settings.text(`${prefix}.ipv${version}.address`) === undefined) {
    return [
      diagnostic(
        'HF601',
        { key, reason: `the interface has no ipv${version}.address, so the gateway cannot be reached`, remedy: `set ${prefix}.ipv${version}.address` },
        why,
      ),
    ];
  }
  const [, of] = /^(veth|vlan|macvlan|ipvlan)\./.exec(sub) ?? [];
  if (of !== undefined && type !== '' && type !== of) {
    return [diagnostic('HF601', { key, reason: `it is about the type ${of}, and ${prefix}.type = ${type}`, remedy: 'remove the line' }, why)];
  }
  return [];
}
