// holdfast device: what it takes and says about itself.

import { buildCommand } from '@stricli/core';
import { proposeNames } from '../completion/proposals.ts';
import type { Context } from '../context.ts';

export interface DeviceFlags {
  readonly rights: string;
  readonly json: boolean;
}

export const DEVICE_ACTIONS = ['add', 'remove', 'ls'] as const;
export type DeviceAction = (typeof DEVICE_ACTIONS)[number];

function action(value: string): DeviceAction {
  const found = DEVICE_ACTIONS.find((one) => one === value);
  if (found === undefined) throw new SyntaxError(`expected one of ${DEVICE_ACTIONS.join(', ')}, not '${value}'`);
  return found;
}

export const device = buildCommand<DeviceFlags, [string, DeviceAction, string?, string?], Context>({
  loader: async () => (await import('../commands/device.ts')).device,
  parameters: {
    flags: {
      rights: { kind: 'parsed', parse: String, default: 'rwm', brief: 'some of r (read), w (write), m (make a node)', placeholder: 'RIGHTS' },
      json: { kind: 'boolean', default: false, withNegated: false, brief: 'print JSON' },
    },
    positional: {
      kind: 'tuple',
      parameters: [
        { parse: String, brief: 'name of the container', placeholder: 'NAME', proposeCompletions: proposeNames },
        {
          parse: action,
          brief: 'add, remove or ls',
          placeholder: 'ACTION',
          proposeCompletions: (partial) => DEVICE_ACTIONS.filter((one) => one.startsWith(partial)),
        },
        { parse: String, brief: "path on the host, or 'TYPE MAJOR:MINOR', which is a rule alone", placeholder: 'DEVICE', optional: true },
        { parse: String, brief: 'path of its node inside, where it is another', placeholder: 'PATH', optional: true },
      ],
    },
  },
  docs: {
    brief: 'give a running container a device, take it away, or list what its device list allows',
    customUsage: ['NAME add DEVICE [PATH] [--rights RIGHTS]', 'NAME remove DEVICE [PATH]', 'NAME ls [--json]'],
  },
});
