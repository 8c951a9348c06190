// The container of a user who has no configuration: ordinary commands over a read-only view of the host's programs, as confined
// as that allows. It is a configuration like any other, so it can be printed, and options change it line by line.

import type { Origin } from '../model/origin.ts';
import { type ConfigFiles, memoryFiles } from './files.ts';
import { type LoadedSpec, type LoadRequest, loadSpec } from './load-spec.ts';

const DEFAULT_CONFIG: readonly string[] = [
  'lxc.uts.name = holdfast',
  'lxc.cap.keep = none',
  'lxc.no_new_privs = 1',
  'lxc.mount.auto = proc:mixed sys:ro',
  'lxc.autodev = 1',
  'lxc.pty.max = 1024',
  'lxc.net.0.type = empty',
  'lxc.net.0.flags = up',
  'holdfast.landlock = default',
  'holdfast.stop.timeout = 10',
];

const WHY: Origin = { kind: 'default', text: 'the embedded container' };

/** The spec of the embedded container, changed by `KEY=VALUE` overrides; `files` are only asked for what these name. */
export function defaultSpec(request: LoadRequest & { readonly command: readonly string[] }, files: ConfigFiles = memoryFiles({})): LoadedSpec {
  return loadSpec(files, null, { ...request, base: { lines: DEFAULT_CONFIG, why: WHY } });
}
