// A profile in AppArmor's language: apparmor.d(5).

import { FILE_VARIABLES, fileRules } from './files.ts';
import { MOUNT_VARIABLES, mountRules } from './mounts.ts';
import type { ProfileRequest } from './request.ts';

export type { ProfileRequest } from './request.ts';

/** Signals, traces and messages stay among the processes of the container; what comes from outside is the sender's business. */
function processRules({ own, nesting, namespace }: ProfileRequest): readonly string[] {
  const self = '@{profile_name}';
  const peers = namespace === null ? [self] : [self, `"${self}//&:${namespace}:*"`];
  return [
    'signal (receive),',
    'ptrace (readby,tracedby),',
    ...peers.flatMap((peer) => [`signal peer=${peer},`, `ptrace peer=${peer},`]),
    // Abstract names are a network namespace's; sockets in files are given by whoever mounts them.
    ...(own.includes('net') ? ['unix,'] : ['unix (receive),', `unix peer=(label=${self}),`]),
    'dbus,',
    ...(nesting ? [`change_profile -> ${namespace === null ? self : `":${namespace}:**"`},`] : []),
  ];
}

/** The whole text. A pure function of the request. */
export function profileText(request: ProfileRequest): string {
  const { name, capabilities, words, raw } = request;
  const rules = [
    'network,',
    ...(capabilities === null ? ['capability,'] : capabilities.map((capability) => `capability ${capability},`)),
    ...words.map((word) => `${word},`),
    '',
    ...fileRules(request),
    '',
    '# Processes.',
    ...processRules(request),
    '',
    '# Mounts.',
    ...mountRules(request),
    ...(raw.length === 0 ? [] : ['', '# lxc.apparmor.raw']),
  ];
  const variables = Object.entries({ ...FILE_VARIABLES, ...MOUNT_VARIABLES }).map(([variable, values]) => `@{${variable}} = ${values.join(' ')}`);
  const head = `profile "${name}" flags=(attach_disconnected,mediate_deleted) {`;
  const body = [...rules, ...raw].map((rule) => (rule === '' ? '' : `  ${rule}`));
  return `${[...variables, '', head, ...body, '}'].join('\n')}\n`;
}
