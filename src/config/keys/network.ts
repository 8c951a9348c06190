// Keys of network interfaces, `lxc.net.N.*`. Only the types `empty` and `none` are built; the others are read so that a
// configuration can be checked, and so that the error at start can name them.

import { ENFORCED, type KeyEntry, SILENT } from './entry.ts';

const ONE = { repeat: 'overwrite', empty: 'clear', clearedBy: 'lxc.net', effect: ENFORCED } as const;
const MANY = { repeat: 'append', empty: 'clear', clearedBy: 'lxc.net', effect: ENFORCED } as const;
const TEXT = { kind: 'text' } as const;
const QUEUES = { kind: 'integer', min: 1, max: 0xffff_ffff } as const;
/** 4095 is reserved (IEEE 802.1Q). */
const VLAN = { kind: 'integer', min: 0, max: 4094 } as const;
/** IFNAMSIZ of linux/if.h counts the NUL; dev_valid_name() of the kernel. */
const INTERFACE = {
  kind: 'text',
  like: /^(?!\.{1,2}$)[^\s/:]{1,15}$/,
  expected: "a name of at most 15 bytes without '/', ':' and spaces",
  valid: ['eth0', 'br-lan.1'],
  malformed: ['x'.repeat(16), 'a/b', 'a:b', 'a b', '..'],
} as const;

export const NETWORK_TYPES = ['empty', 'none', 'veth', 'macvlan', 'ipvlan', 'vlan', 'phys'] as const;

// biome-ignore format: a key is a line
export const NETWORK_KEYS = [
  { name: 'lxc.net', grammar: { kind: 'clear' }, repeat: 'overwrite', empty: 'clear', effect: SILENT, old: ['lxc.network'], since: '1.1', doc: 'clears all interfaces' },
  { name: 'lxc.net.N', grammar: { kind: 'clear' }, repeat: 'overwrite', empty: 'clear', effect: SILENT, since: '2.1', doc: 'clears one interface' },
  { name: 'lxc.net.N.type', grammar: { kind: 'choice', of: NETWORK_TYPES }, ...ONE, absent: 'a network of its own with lo only', security: { closes: "the host's interfaces", opens: "none: the host's network, and what listens there only for itself" }, doc: "empty: a network of its own with lo only; none: the host's" },
  { name: 'lxc.net.N.flags', grammar: { kind: 'choice', of: ['up'] }, ...ONE, absent: 'switched off', doc: 'up: switch it on' },
  { name: 'lxc.net.N.link', grammar: INTERFACE, ...ONE, absent: 'none', security: { opens: 'phys: the interface of the host itself' }, doc: 'interface of the host it is joined to' },
  { name: 'lxc.net.N.l2proxy', grammar: { kind: 'boolean' }, ...ONE, since: '3.2', absent: '0', doc: 'answer for its addresses on the link' },
  { name: 'lxc.net.N.name', grammar: INTERFACE, ...ONE, absent: 'eth and a number', doc: 'name inside' },
  { name: 'lxc.net.N.hwaddr', grammar: { kind: 'text', like: /^([0-9a-fx]{1,2}:){5}[0-9a-fx]{1,2}$/i, expected: 'six hexadecimal numbers with colons between, x for a random digit', valid: ['00:16:3e:01:02:03', '00:16:3e:xx:xx:xx'], malformed: ['00:16:3e', '00:16:3e:01:02:0g', '00-16-3e-01-02-03', '00:16:3e:01:02:03:04'] }, ...ONE, absent: 'random', security: { opens: "an address that is another machine's" }, doc: 'hardware address' },
  { name: 'lxc.net.N.mtu', grammar: { kind: 'integer', min: 68, max: 0xffff_ffff }, ...ONE, absent: "the link's", doc: 'largest packet' },
  { name: 'lxc.net.N.ipv4.address', grammar: { kind: 'address', family: 4, form: 'interface' }, ...MANY, absent: 'none', doc: 'address/bits [broadcast]' },
  { name: 'lxc.net.N.ipv4.gateway', grammar: { kind: 'address', family: 4, form: 'gateway' }, ...ONE, absent: 'none', doc: "address, 'auto' or 'dev'" },
  { name: 'lxc.net.N.ipv6.address', grammar: { kind: 'address', family: 6, form: 'interface' }, ...MANY, absent: 'none', doc: 'address/bits' },
  { name: 'lxc.net.N.ipv6.gateway', grammar: { kind: 'address', family: 6, form: 'gateway' }, ...ONE, absent: 'none', doc: "address, 'auto' or 'dev'" },
  { name: 'lxc.net.N.macvlan.mode', grammar: { kind: 'choice', of: ['private', 'vepa', 'bridge', 'passthru'] }, ...ONE, absent: 'private', security: { closes: 'private: talking to other containers on the link' }, doc: 'who may talk to whom' },
  { name: 'lxc.net.N.ipvlan.mode', grammar: { kind: 'choice', of: ['l3', 'l3s', 'l2'] }, ...ONE, since: '3.2', absent: 'l3', doc: 'layer it works on' },
  { name: 'lxc.net.N.ipvlan.isolation', grammar: { kind: 'choice', of: ['bridge', 'private', 'vepa'] }, ...ONE, since: '3.2', absent: 'bridge', security: { closes: 'private: talking to other containers on the link' }, doc: 'who may talk to whom' },
  { name: 'lxc.net.N.vlan.id', grammar: VLAN, ...ONE, absent: '0', doc: 'number of the VLAN' },
  { name: 'lxc.net.N.script.up', grammar: TEXT, ...ONE, absent: 'none', security: { opens: "runs with the caller's rights" }, doc: 'program run on the host when it is made' },
  { name: 'lxc.net.N.script.down', grammar: TEXT, ...ONE, absent: 'none', security: { opens: "runs with the caller's rights" }, doc: 'program run on the host when it goes' },
  { name: 'lxc.net.N.veth.mode', grammar: { kind: 'choice', of: ['bridge', 'router'] }, ...ONE, since: '3.2', absent: 'bridge', doc: 'bridged or routed' },
  { name: 'lxc.net.N.veth.pair', grammar: INTERFACE, ...ONE, absent: 'veth and random characters', doc: 'name outside' },
  { name: 'lxc.net.N.veth.n_rxqueues', grammar: QUEUES, ...ONE, since: '5.0', absent: '1', doc: 'receive queues' },
  { name: 'lxc.net.N.veth.n_txqueues', grammar: QUEUES, ...ONE, since: '5.0', absent: '1', doc: 'transmit queues' },
  { name: 'lxc.net.N.veth.ipv4.route', grammar: { kind: 'address', family: 4, form: 'route' }, ...MANY, since: '3.2', absent: 'none', doc: 'route to it on the host' },
  { name: 'lxc.net.N.veth.ipv6.route', grammar: { kind: 'address', family: 6, form: 'route' }, ...MANY, since: '3.2', absent: 'none', doc: 'route to it on the host' },
  { name: 'lxc.net.N.veth.vlan.id', grammar: { kind: 'text', like: /^(none|\d{1,3}|[0-3]\d{3}|40[0-8]\d|409[0-4])$/, expected: "a VLAN number up to 4094 or 'none'", valid: ['none', '7', '4094'], malformed: ['4095', '-1', 'x'] }, ...ONE, since: '5.0', absent: "the bridge's own", security: { closes: 'other VLANs of the bridge' }, doc: 'VLAN on the bridge' },
  { name: 'lxc.net.N.veth.vlan.tagged.id', grammar: VLAN, ...MANY, since: '5.0', absent: 'none', security: { opens: 'the VLAN' }, doc: 'further VLANs, tagged' },
] as const satisfies readonly KeyEntry[];

/** What stood behind `lxc.network.` (LXC 1 and 2.0) under another name than behind `lxc.net.N.`. */
export const OLD_NETWORK_NAMES: Readonly<Record<string, string>> = { ipv4: 'ipv4.address', ipv6: 'ipv6.address' };
