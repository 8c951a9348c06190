// holdfast device: the devices of a running container.

import { HoldfastError } from '../../model/error.ts';
import type { DeviceRecord } from '../../model/record.ts';
import { changeDevice, deviceList } from '../../runtime/device.ts';
import { type Context, err, out } from '../context.ts';
import type { DeviceAction, DeviceFlags } from '../routes/device.ts';
import { requiredName } from '../source.ts';

export async function device(
  this: Context,
  { rights, json }: DeviceFlags,
  container: string,
  action: DeviceAction,
  named?: string,
  path?: string,
): Promise<void> {
  const name = requiredName({}, container);
  if (action === 'ls') {
    if (named !== undefined) throw new HoldfastError(`ls takes no device: '${named}'`, { code: 'usage' });
    const list = deviceList(name);
    out(this, json ? `${JSON.stringify(described(list), null, 2)}\n` : listText(list));
    return;
  }
  if (named === undefined) throw new HoldfastError(`name a device: holdfast device ${name} ${action} /dev/NAME`, { code: 'usage' });
  const done = await changeDevice({ name, verb: action, device: named, path, rights });
  if (done.hint !== null) err(this, `holdfast: ${done.rule}: ${done.hint}\n`);
  out(this, json ? `${JSON.stringify(done)}\n` : `${action === 'add' ? 'added' : 'removed'} ${done.rule}${done.path === null ? '' : ` ${done.path}`}\n`);
}

function described(list: DeviceRecord | null): object {
  if (list === null) return { means: null, otherwise: 'allow', exceptions: [] };
  return { means: `v${list.version}`, group: list.group, otherwise: list.otherwise, exceptions: list.exceptions };
}

function listText(list: DeviceRecord | null): string {
  if (list === null) return 'no device list: what its namespaces and capabilities let it do\n';
  const verb = list.otherwise === 'deny' ? 'allow' : 'deny';
  const rules = list.exceptions.map(({ type, major, minor, rights }) => `${verb} ${type} ${major ?? '*'}:${minor ?? '*'} ${rights}\n`);
  return `${list.otherwise} all others (${list.version === 1 ? 'v1 controller' : 'BPF program'} on ${list.group})\n${rules.join('')}`;
}
