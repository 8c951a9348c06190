// A device list as the v1 controller keeps it, and what it lets pass: security/device_cgroup.c, cgroup-v1/devices.rst. Pure: it is
// the reader of the rules that are written, for decisions before a start and for explanations after one.

export interface Device {
  readonly type: 'c' | 'b';
  readonly major: number;
  readonly minor: number;
}

export interface DeviceList {
  /** What holds for a device that no exception names. */
  readonly otherwise: 'allow' | 'deny';
  readonly exceptions: readonly Exception[];
}

interface Exception {
  readonly type: 'c' | 'b';
  /** null: every number. */
  readonly major: number | null;
  readonly minor: number | null;
  /** Some of r, w and m. */
  readonly rights: string;
}

const RIGHTS = ['r', 'w', 'm'] as const;

/** A new group below the root allows everything. */
const OPEN: DeviceList = { otherwise: 'allow', exceptions: [] };

/** Writes rules, one after the other, into devices.allow and devices.deny of a new group. They must be well formed. */
export function deviceList(rules: readonly { readonly file: string; readonly text: string }[]): DeviceList {
  return rules.reduce((list, { file, text }) => change(list, file === 'devices.allow' ? 'allow' : 'deny', text), OPEN);
}

/** Does the list let a device be used in all of these ways? Where it is a list of denials, one that touches it is enough to refuse. */
export function allows({ otherwise, exceptions }: DeviceList, device: Device, rights: string): boolean {
  const about = exceptions.filter(
    ({ type, major, minor }) => type === device.type && (major ?? device.major) === device.major && (minor ?? device.minor) === device.minor,
  );
  if (otherwise === 'deny') return about.some((one) => RIGHTS.every((right) => !rights.includes(right) || one.rights.includes(right)));
  return !about.some((one) => RIGHTS.some((right) => rights.includes(right) && one.rights.includes(right)));
}

/** `a` begins the list again; a rule of the list's own kind is added, one of the other kind takes away from it. */
function change(list: DeviceList, verb: 'allow' | 'deny', text: string): DeviceList {
  const [type = 'a', numbers = '*:*', rights = 'rwm'] = text.split(' ');
  if (type !== 'c' && type !== 'b') return { otherwise: verb, exceptions: [] };
  const [major = null, minor = null] = numbers.split(':').map((one) => (one === '*' ? null : Number(one)));
  const rule: Exception = { type, major, minor, rights };
  const isSame = (one: Exception) => one.type === type && one.major === major && one.minor === minor;
  if (verb === list.otherwise) return { ...list, exceptions: list.exceptions.flatMap((one) => (isSame(one) ? without(one, rights) : [one])) };
  const known = list.exceptions.find(isSame);
  const merged = { ...rule, rights: RIGHTS.filter((right) => rights.includes(right) || known?.rights.includes(right) === true).join('') };
  return { ...list, exceptions: [...list.exceptions.filter((one) => !isSame(one)), merged] };
}

function without(one: Exception, rights: string): readonly Exception[] {
  const left = RIGHTS.filter((right) => one.rights.includes(right) && !rights.includes(right)).join('');
  return left === '' ? [] : [{ ...one, rights: left }];
}
