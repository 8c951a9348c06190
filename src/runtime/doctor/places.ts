// Directories that have to be there or be made, and what their file systems allow.

import { takesIdMaps } from '../../controls/mounts/index.ts';
import { isPrivileged } from '../../controls/namespaces/privilege.ts';
import type { HostFacts } from '../../model/host.ts';
import { type Finding, fine, wrong } from './finding.ts';
import type { Place, Surroundings } from './surroundings.ts';

export function placeFindings(host: HostFacts, { lxcpath, launchers, state, running }: Surroundings): readonly Finding[] {
  const all: readonly (readonly [topic: string, what: string, place: Place])[] = [
    ['containers', 'the directory of containers', lxcpath],
    ['launchers', 'the directory of launchers', launchers],
    ['state', 'the directory of what has to be remembered', state],
    ['running', 'the directory of what runs', running],
  ];
  return all.flatMap(([topic, what, place]): readonly Finding[] => {
    const unusable = unusableFinding(topic, what, place, host);
    if (unusable !== null) return [unusable];
    if (topic === 'launchers' && place.options.includes('noexec')) return [launcherFinding(place)];
    const kind = place.filesystem === null ? '' : ` (${place.filesystem})`;
    return [
      ...(topic === 'containers' ? flagFindings(place) : []),
      fine(topic, `${place.path}${place.exists ? '' : ', which is made when it is needed'}${kind}`),
      ...(topic === 'containers' ? mapFindings(place, host) : []),
    ];
  });
}

function unusableFinding(topic: string, what: string, { path, nearest, passable, owner, writable }: Place, host: HostFacts): Finding | null {
  if (writable && passable) return null;
  if (!passable) return wrong(topic, 'HF634', { what, path, reason: `${nearest} is no directory`, fix: `move it away: mv ${nearest} ${nearest}.old` });
  const reason = owner === host.uid ? `${nearest} is read-only` : `${nearest} may not be written by ${host.userName}`;
  const home = path.startsWith('/nonexistent');
  const fix = home
    ? `${host.userName} has no home directory: set HOME, or as root: mkhomedir_helper ${host.userName}`
    : host.uid === 0 || owner === host.uid
      ? `make it writable: mount -o remount,rw ${nearest}`
      : `as root: install -d -o ${host.userName} ${path}`;
  return wrong(topic, 'HF634', { what, path, reason, fix });
}

const launcherFinding = ({ path, nearest }: Place): Finding =>
  wrong('launchers', 'HF634', {
    what: 'the directory of launchers',
    path,
    reason: 'its file system is mounted noexec, and launchers are programs',
    fix: `as root: mount -o remount,exec ${nearest}`,
  });

/** mount(8). What nodev takes away is never there: /dev is a file system of its own. */
function flagFindings({ path, nearest, options }: Place): readonly Finding[] {
  const consequences = { noexec: 'no program of a container can be executed', nosuid: 'su, sudo and file capabilities give nothing in containers' } as const;
  return (['noexec', 'nosuid'] as const)
    .filter((option) => options.includes(option))
    .map((option) =>
      wrong('containers', 'HF635', {
        path,
        option,
        consequence: consequences[option],
        fix: `mount -o remount,${option.slice(2) === 'exec' ? 'exec' : 'suid'} ${nearest}`,
      }),
    );
}

/** Only root can make mounts with an id map. */
function mapFindings({ path, filesystem }: Place, host: HostFacts): readonly Finding[] {
  if (!isPrivileged(host) || filesystem === null || takesIdMaps(filesystem, host.kernel)) return [];
  return [wrong('id-mapped mounts', 'HF633', { path, filesystem })];
}
