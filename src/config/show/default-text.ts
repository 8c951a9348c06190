// What holds where no line sets a key, printed as if a line had set it. Keys that are not here are empty.

import { SIGNALS } from '../../kernel/signals.gen.ts';
import type { KeyEntry } from '../keys/entry.ts';

/** Keys whose default is not what their grammar suggests. */
const DEFAULTS: Readonly<Record<string, string>> = {
  'lxc.autodev': '1',
  'lxc.autodev.tmpfs.size': '500000',
  'lxc.hook.version': '0',
  'lxc.console.buffer.size': '0',
  'lxc.console.size': '0',
  'lxc.keyring.session': '1',
  'lxc.log.level': 'NOTSET',
  'lxc.monitor.signal.pdeath': String(SIGNALS.SIGKILL),
  'lxc.rootfs.managed': '1',
  'lxc.signal.halt': String(SIGNALS.SIGPWR),
  'lxc.signal.reboot': String(SIGNALS.SIGINT),
  'lxc.signal.stop': String(SIGNALS.SIGKILL),
  'lxc.time.offset.boot': '0ns',
  'lxc.time.offset.monotonic': '0ns',
  'holdfast.stop.timeout': '60',
};

/** Of interfaces: the type it goes with (null: all) and the value. */
const OF_INTERFACES: Readonly<Record<string, readonly [type: string | null, value: string]>> = {
  'lxc.net.N.l2proxy': [null, '0'],
  'lxc.net.N.name': ['empty', 'lo'],
  'lxc.net.N.macvlan.mode': ['macvlan', 'private'],
  'lxc.net.N.ipvlan.mode': ['ipvlan', 'l3'],
  'lxc.net.N.ipvlan.isolation': ['ipvlan', 'bridge'],
  'lxc.net.N.veth.mode': ['veth', 'bridge'],
};

/** `type`: of the interface the key is about, null where there is no such interface. */
export function defaultText({ name, grammar }: KeyEntry, type: string | null): string {
  if (name.startsWith('lxc.net.N')) {
    const [goesWith, value] = OF_INTERFACES[name] ?? ['', ''];
    return type !== null && (goesWith === null || goesWith === type) ? value : '';
  }
  return DEFAULTS[name] ?? (grammar.kind === 'boolean' || grammar.kind === 'integer' ? '0' : '');
}
