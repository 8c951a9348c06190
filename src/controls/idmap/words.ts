// The words for the two kinds of ids, in files and in messages.

import type { IdRange } from '../../model/spec.ts';

export function kindName(kind: IdRange['kind']): 'user' | 'group' {
  return kind === 'u' ? 'user' : 'group';
}

export function mapFile(kind: IdRange['kind']): 'uid_map' | 'gid_map' {
  return kind === 'u' ? 'uid_map' : 'gid_map';
}

export function helperName(kind: IdRange['kind']): 'newuidmap' | 'newgidmap' {
  return kind === 'u' ? 'newuidmap' : 'newgidmap';
}

export function grantFile(kind: IdRange['kind']): '/etc/subuid' | '/etc/subgid' {
  return kind === 'u' ? '/etc/subuid' : '/etc/subgid';
}
