// What holds for all containers of this user: lxc.conf(5). Root's is /etc/lxc/lxc.conf, another user's ~/.config/lxc/lxc.conf; as in
// LXC a user's file does not add to root's, it takes its place, and without HOME a user lives in /.

import { join } from 'node:path';
import { readSystemFile } from '../config/index.ts';
import { hostFiles } from '../host/files.ts';
import type { Machine } from '../host/machine.ts';
import { type Diagnostic, diagnostic, diagnosticText } from '../model/diagnostic.ts';
import { HoldfastError } from '../model/error.ts';
import type { Setting } from '../model/origin.ts';

export interface SystemSettings {
  readonly lxcpath: string;
  /** What the configuration of a new container begins with, and whether a line says so: the file at the usual place need not be there. */
  readonly defaultConfig: { readonly path: string; readonly named: boolean };
  readonly cgroupPattern: Setting<string> | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly lineOf: (file: string, line: number) => string | undefined;
}

/** Reads the file, which need not be there. With an error among the diagnostics nothing else of it is to be used. */
export function systemSettings(machine: Machine): SystemSettings {
  const root = machine.ids.uid === 0;
  const home = machine.env['HOME'] ?? '/';
  const path = root ? '/etc/lxc/lxc.conf' : join(home, '.config/lxc/lxc.conf');
  const answer = hostFiles(machine).read(path);
  const absent = answer.kind === 'error' && (answer.errno === 'ENOENT' || answer.errno === 'ENOTDIR');
  const text = answer.kind === 'text' ? answer.text : '';
  const { settings, diagnostics } = readSystemFile(path, text);
  const pattern = settings['lxc.cgroup.pattern'];
  const template = settings['lxc.default_config'];
  const lines = text.split(/\r\n|[\r\n]/);
  return {
    lxcpath: settings['lxc.lxcpath']?.value ?? (root ? '/var/lib/lxc' : join(home, '.local/share/lxc')),
    defaultConfig: {
      path: template?.value ?? (root ? '/etc/lxc/default.conf' : join(home, '.config/lxc/default.conf')),
      named: template !== undefined,
    },
    cgroupPattern: pattern === undefined || pattern.value === '' ? null : pattern,
    diagnostics: answer.kind === 'error' && !absent ? [diagnostic('HF149', { path, reason: answer.message })] : diagnostics,
    lineOf: (file, line) => (file === path ? lines[line - 1] : undefined),
  };
}

/** Where containers are defined when nobody says otherwise. Throws for a file that has errors: the place would be a guess. */
export function defaultLxcpath(machine: Machine): string {
  const { lxcpath, diagnostics } = systemSettings(machine);
  const [wrong] = diagnostics.filter(({ severity }) => severity === 'error');
  if (wrong === undefined) return lxcpath;
  const { message, help } = diagnosticText(wrong);
  const where = wrong.span === undefined ? '' : `${wrong.span.file}:${wrong.span.line}: `;
  throw new HoldfastError(`${where}${message}${help === '' ? '' : `; ${help}`}`, { code: 'system-file' });
}
