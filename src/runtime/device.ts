// Devices of a running container: what its list lets it do, and changes to the list and to the nodes.

import { closeSync, fstatSync, futimesSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import type { DeviceNode } from '../controls/devices/node.ts';
import { type DeviceRule, numbersText, readRule } from '../controls/devices/rule.ts';
import { allows, changed } from '../controls/devices/table.ts';
import { effectiveIdmap, outsideId } from '../controls/idmap/effective.ts';
import { keptCapabilities } from '../controls/capabilities/wanted.ts';
import { readHostFacts } from '../host/facts.ts';
import { realMachine } from '../host/machine.ts';
import { CAPABILITIES } from '../kernel/capabilities.gen.ts';
import { emit } from '../launcher/emit.ts';
import { taskProgram } from '../launcher/task.ts';
import { HoldfastError } from '../model/error.ts';
import type { HostFacts } from '../model/host.ts';
import type { ContainerRecord, DeviceRecord } from '../model/record.ts';
import { lockFile } from '../plan/claim.ts';
import { planDevice } from '../plan/device.ts';
import { recordAsText } from '../plan/record.ts';
import { runningContainer } from './containers.ts';
import { whileLockedAsync } from './edit-lock.ts';
import { runNameless } from './execute.ts';

export interface DeviceRequest {
  readonly name: string;
  readonly verb: 'add' | 'remove';
  /** A path of the host, or `c 10:200`. */
  readonly device: string;
  /** Where its node is inside; absent: where it is on the host. Without a path in either place there is none. */
  readonly path: string | undefined;
  readonly rights: string;
}

export interface DeviceAnswer {
  readonly rule: string;
  readonly path: string | null;
  /** What else stands in the way of its use. */
  readonly hint: string | null;
}

/** The list in force; null: it has none of its own. */
export function deviceList(name: string): DeviceRecord | null {
  return runningContainer(readHostFacts(realMachine()).runDir, name).record.devices;
}

/**
 * Throws `usage` for what is no device, `still-allowed`, `busy` while another change goes on, `device-failed` when a step failed;
 * that step has told why.
 */
export async function changeDevice(request: DeviceRequest): Promise<DeviceAnswer> {
  const asked = deviceOf(request);
  const host = readHostFacts(realMachine());
  runningContainer(host.runDir, request.name);
  // Each change begins with the list on record and ends by writing the next one.
  return whileLockedAsync(lockFile(host.runDir, request.name), () => changeAlone(request, asked, host));
}

async function changeAlone({ name, verb }: DeviceRequest, asked: AskedDevice, host: HostFacts): Promise<DeviceAnswer> {
  const { record } = runningContainer(host.runDir, name);
  const node = asked.path === null ? null : nodeOf(record, asked.rule, asked.path, asked.mode);
  if (verb === 'remove') refuseVain(record.devices, asked.rule);
  const pidNamespace = statSync(`/proc/${record.init}/ns/pid`, { bigint: true }).ino;
  const { plan, devices } = planDevice(record, { verb, rule: asked.rule, node, pidNamespace, runDir: host.runDir });
  if (plan.steps.length > 0) {
    const status = await runNameless(host.cacheDir, emit(taskProgram(plan, { arch: 'x86_64' }), { arch: 'x86_64' }), name);
    if (status !== 0) throw new HoldfastError(`${name}: the device was not ${verb === 'add' ? 'added' : 'removed'}`, { code: 'device-failed' });
  }
  if (devices !== null) rewriteRecord(lockFile(host.runDir, name), { ...record, devices });
  return { rule: `${numbersText(asked.rule)} ${asked.rule.rights}`, path: node?.path ?? null, hint: verb === 'add' ? hintFor(record, asked.rule) : null };
}

type SomeRule = Extract<DeviceRule, { kind: 'some' }>;

interface AskedDevice {
  readonly rule: SomeRule;
  /** Of its node inside. */
  readonly path: string | null;
  readonly mode: number;
}

function deviceOf({ device, path, rights, verb }: DeviceRequest): AskedDevice {
  const usage = (message: string) => new HoldfastError(message, { code: 'usage' });
  const found = device.startsWith('/') ? statSync(device, { throwIfNoEntry: false }) : undefined;
  const machine = device.startsWith('/') ? readHostFacts(realMachine(), [device]).paths : {};
  const read = readRule(verb === 'add' ? 'allow' : 'deny', `${device} ${rights}`, machine);
  if ('reason' in read) throw usage(`'${device}' with the rights '${rights}' is no device: ${read.reason}; write ${read.form}`);
  if (read.kind === 'all' || read.major === null || read.minor === null)
    throw usage(`'${device}' is more than one device: name one, as '/dev/loop0' or 'b 7:0'`);
  const inside = path ?? (device.startsWith('/') ? device : null);
  if (inside !== null && (!inside.startsWith('/') || inside.split('/').includes('..') || inside.endsWith('/'))) {
    throw usage(`'${inside}' is no place for a node: write its path inside, from / on, without '..'`);
  }
  return { rule: read, path: inside, mode: found === undefined ? 0o600 : found.mode & 0o666 };
}

function nodeOf(record: ContainerRecord, { type, major, minor }: SomeRule, path: string, mode: number): DeviceNode {
  if (major === null || minor === null) throw new HoldfastError('a node has one number', { code: 'usage' });
  const node = { type, major, minor, path, mode };
  if (!record.namespaces.includes('user')) return { ...node, owner: null };
  const map = effectiveIdmap(record.spec, record.host);
  const [uid, gid] = [outsideId(map, 'u', 0), outsideId(map, 'g', 0)];
  if (uid === null || gid === null) throw new HoldfastError(`${record.name} has no root to whom a node could belong`, { code: 'device-failed' });
  return { ...node, owner: { uid, gid } };
}

/** Taking away the rule of a device does nothing while another rule covers it: the kernel keeps rules by their numbers. */
function refuseVain(devices: DeviceRecord | null, rule: SomeRule): void {
  if (devices === null || rule.major === null || rule.minor === null) return;
  const { type, major, minor } = rule;
  const after = changed(devices, rule);
  const left = [...rule.rights].filter((right) => right !== 'm' && allows(after, { type, major, minor, rights: right }));
  if (left.length === 0) return;
  const covers = (one: DeviceRecord['exceptions'][number]) => one.type === type && (one.major ?? major) === major && (one.minor ?? minor) === minor;
  const by = after.exceptions.find((one) => covers(one) && left.some((right) => one.rights.includes(right)));
  const name = by === undefined ? 'the list allows what it does not name' : `'${numbersText(by)} ${by.rights}' of the list allows it as well`;
  throw new HoldfastError(`${numbersText(rule)} cannot be taken away alone: ${name}`, { code: 'still-allowed' });
}

/** The record is the monitor's locked file: written in place and at once, never shorter, so that it stays readable and locked. */
function rewriteRecord(path: string, record: ContainerRecord): void {
  const file = openSync(path, 'r+');
  try {
    const { size, atime, mtime } = fstatSync(file);
    const text = recordAsText(record);
    writeSync(file, text.padEnd(text.length + Math.max(0, size - Buffer.byteLength(text))), 0);
    futimesSync(file, atime, mtime); // the time of the start
  } finally {
    closeSync(file);
  }
}

/** drivers/char/mem.c: open_port() of /dev/mem, /dev/kmem and /dev/port asks for CAP_SYS_RAWIO. */
function hintFor({ spec, host }: ContainerRecord, { type, major, minor }: SomeRule): string | null {
  if (type !== 'c' || major !== 1 || minor === null || ![1, 2, 4].includes(minor)) return null;
  const capability = keptCapabilities(spec, host).has(CAPABILITIES.sys_rawio)
    ? ''
    : 'opening it takes CAP_SYS_RAWIO, which the container has not (lxc.cap.drop, lxc.cap.keep), and ';
  const strict = strictDevmem();
  return `${capability}${strict}`;
}

function strictDevmem(): string {
  const [release] = [readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim()];
  try {
    const config = readFileSync(`/boot/config-${release}`, 'utf8');
    if (!/^CONFIG_DEVMEM=y/m.test(config)) return 'this kernel has no /dev/mem (CONFIG_DEVMEM)';
    if (/^CONFIG_(IO_)?STRICT_DEVMEM=y/m.test(config)) return 'this kernel shows no memory through it (CONFIG_STRICT_DEVMEM), only what devices have mapped';
    return "the machine's whole memory is behind it: who may open it is the host";
  } catch {
    return 'most kernels show no memory through it (CONFIG_STRICT_DEVMEM), only what devices have mapped, or have none (CONFIG_DEVMEM)';
  }
}
