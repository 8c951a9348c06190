// Device rules that give away the machine, by device: Documentation/admin-guide/devices.txt.

import { CAPABILITIES } from '../../kernel/capabilities.gen.ts';
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { CgroupValue, ContainerSpec } from '../../model/spec.ts';

interface Risk {
  readonly type: 'b' | 'c' | 'any';
  /** null: any number. */
  readonly major: number | null;
  readonly minor: number | null;
  /** Rights that make it one; any of them. */
  readonly rights: string;
  readonly device: string;
  readonly gain: string;
  readonly remedy: string;
}

const ONLY_WHAT_IS_NEEDED = 'allow only the devices that are needed, by major and minor';

/** The first that matches is told. Majors below 240 with a fixed meaning; block devices all hold file systems. */
const RISKS: readonly Risk[] = [
  {
    type: 'c',
    major: 1,
    minor: 1,
    rights: 'rw',
    device: '/dev/mem',
    gain: "its root reads and writes the machine's memory, the kernel's included",
    remedy: 'remove the rule',
  },
  { type: 'c', major: 1, minor: 2, rights: 'rw', device: '/dev/kmem', gain: "its root reads and writes the kernel's memory", remedy: 'remove the rule' },
  { type: 'c', major: 1, minor: 4, rights: 'rw', device: '/dev/port', gain: 'its root drives any hardware behind I/O ports', remedy: 'remove the rule' },
  {
    type: 'c',
    major: 1,
    minor: 11,
    rights: 'rw',
    device: '/dev/kmsg',
    gain: "it reads the host's kernel messages, which give away addresses and other containers, and can write into them",
    remedy: 'remove the rule',
  },
  {
    type: 'c',
    major: 4,
    minor: null,
    rights: 'rw',
    device: "the host's terminals (tty0 and on)",
    gain: 'it reads what is typed on the console and can type itself',
    remedy: 'remove the rule',
  },
  {
    type: 'c',
    major: 10,
    minor: 232,
    rights: 'rw',
    device: '/dev/kvm',
    gain: "it runs virtual machines: KVM's whole interface to the kernel is open to it",
    remedy: 'give it only to containers that run virtual machines',
  },
  {
    type: 'c',
    major: 10,
    minor: 237,
    rights: 'rw',
    device: '/dev/loop-control',
    gain: 'it makes block devices of its own, whose file systems the kernel parses',
    remedy: 'remove the rule',
  },
  {
    type: 'c',
    major: 10,
    minor: 236,
    rights: 'rw',
    device: '/dev/mapper/control',
    gain: 'it rearranges the block devices of the host',
    remedy: 'remove the rule',
  },
  {
    type: 'c',
    major: 10,
    minor: 200,
    rights: 'rw',
    device: '/dev/net/tun',
    gain: 'it makes network interfaces in its own network namespace, and reaches more of the network code',
    remedy: 'keep it for VPNs only',
  },
  { type: 'c', major: 13, minor: null, rights: 'r', device: 'input devices', gain: "it reads the host's keyboard and mouse", remedy: 'remove the rule' },
  {
    type: 'c',
    major: 21,
    minor: null,
    rights: 'rw',
    device: 'SCSI generic devices',
    gain: 'it sends raw commands to disks, past every file system',
    remedy: 'remove the rule',
  },
  {
    type: 'c',
    major: 189,
    minor: null,
    rights: 'w',
    device: 'raw USB devices',
    gain: 'it drives any USB device of the host',
    remedy: 'name the one device by its minor',
  },
  {
    type: 'c',
    major: 226,
    minor: null,
    rights: 'rw',
    device: 'graphics devices (/dev/dri)',
    gain: "it reaches the graphics driver, one of the kernel's largest interfaces; a card node (minor below 128) also shows the host's screen",
    remedy: 'allow only the render node: c 226:128',
  },
  {
    type: 'b',
    major: null,
    minor: null,
    rights: 'rw',
    device: 'block devices',
    gain: "its root reads and writes the disks below the host's file systems, whatever their permissions",
    remedy: 'remove the rule, or mount what the container needs',
  },
];

/** The device controller lets everything through until something is denied, and root of the host may mknod(2). */
export function anyDevice({ idmap, root, capabilities, cgroup }: ContainerSpec): readonly Diagnostic[] {
  const named = capabilities.names.some(({ value }) => value === 'mknod' || value === String(CAPABILITIES.mknod));
  const keeps = capabilities.mode === 'keep' ? named : !named;
  const denied = cgroup.values.some(({ file }) => file === 'devices.deny');
  return idmap.length > 0 || root.kind === 'host' || !keeps || denied ? [] : [diagnostic('HF618', {}, capabilities.why)];
}

/** Of the rules of both versions; the last `deny = a` forgets those before. */
export function deviceGrants(spec: ContainerSpec): readonly Diagnostic[] {
  return ([1, 2] as const).flatMap((version) => {
    const rules = spec.cgroup.values.filter((value) => value.controller === 'devices' && value.version === version);
    const start = rules.findLastIndex(({ file, value }) => file === 'devices.deny' && /^a\b/.test(value.trim()));
    return rules.slice(start + 1).flatMap(riskOf);
  });
}

/** Once, at the first rule. */
export function rulesOfMapped({ idmap, cgroup }: ContainerSpec): readonly Diagnostic[] {
  const first = cgroup.values.find(({ controller }) => controller === 'devices');
  return idmap.length === 0 || first === undefined ? [] : [diagnostic('HF621', { key: first.key }, first.why)];
}

function riskOf({ file, value, why }: CgroupValue): readonly Diagnostic[] {
  if (file !== 'devices.allow') return [];
  const [type = '', numbers = '*:*', rights = 'rwm'] = value.trim().split(/\s+/);
  if (type === 'a') {
    return [
      diagnostic(
        'HF610',
        { device: 'every device', gain: "its root reads and writes the machine's memory and disks: it is the host", remedy: ONLY_WHAT_IS_NEEDED },
        why,
      ),
    ];
  }
  const [major = '*', minor = '*'] = numbers.split(':');
  const matches = (wanted: number | null, written: string) => wanted === null || written === '*' || Number(written) === wanted;
  const risk = RISKS.find(
    (one) =>
      one.type === type &&
      matches(one.major, major) &&
      // A rule for all minors of the memory devices is about null and zero as well: told by the worst of them.
      matches(one.minor, minor) &&
      [...one.rights].some((right) => rights.includes(right)),
  );
  if (risk === undefined) return [];
  const device = major === '*' && risk.major !== null ? `every ${type === 'b' ? 'block' : 'character'} device, ${risk.device} among them` : risk.device;
  return [diagnostic('HF610', { device: `${device} (${value.trim()})`, gain: risk.gain, remedy: risk.remedy }, why)];
}
