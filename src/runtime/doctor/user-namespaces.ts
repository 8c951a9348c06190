// May the caller make a user namespace, and which ids may it have in there?

import { chooseIds } from '../../controls/idmap/choose.ts';
import { WHOLE_SYSTEM } from '../../controls/idmap/free.ts';
import { noIdsReason } from '../../controls/idmap/index.ts';
import { rangeText } from '../../controls/idmap/ranges.ts';
import { isPrivileged, userNamespaceObstacle } from '../../controls/namespaces/privilege.ts';
import { diagnostic } from '../../model/diagnostic.ts';
import type { HostFacts } from '../../model/host.ts';
import { type Finding, fine, wrong } from './finding.ts';
import type { Surroundings } from './surroundings.ts';

export function userNamespaceFindings(host: HostFacts): readonly Finding[] {
  const refusal = userNamespaceObstacle(host);
  if (refusal === null) return [fine('user namespaces', `${host.userName} may make them`)];
  const data = { user: host.userName, refusal, fix: fixOf(refusal) };
  return [isPrivileged(host) ? wrong('user namespaces', 'HF626', data) : wrong('user namespaces', 'HF625', data)];
}

/** `user.max_user_namespaces = 0` -> the command that sets it otherwise, now and at the next boot. */
function fixOf(refusal: string): string {
  const [, key = '', value = ''] = /^([a-z_.]+) = (\d)$/.exec(refusal) ?? [];
  if (key === '') return 'start a kernel that is built with CONFIG_USER_NS';
  const allowing = key === 'user.max_user_namespaces' ? '63359' : value === '0' ? '1' : '0';
  const line = `${key}=${allowing}`;
  return `as root: sysctl -w ${line} && echo '${line}' >> /etc/sysctl.d/60-holdfast.conf`;
}

/** What an ordinary user needs to give a container ids of its own; root takes them from a pool. */
export function idFindings(host: HostFacts, { claims, noNewPrivs }: Surroundings): readonly Finding[] {
  const ordinary = !isPrivileged(host);
  return [...(ordinary ? [helperFinding(host, noNewPrivs)] : []), ...faults(host), freeFinding(host, claims)];
}

function helperFinding(host: HostFacts, noNewPrivs: boolean): Finding {
  const topic = 'newuidmap';
  const { newuidmap, newgidmap } = host.helperFaults;
  const fault = newuidmap ?? newgidmap;
  if (host.newuidmap === null || host.newgidmap === null) {
    return wrong(topic, 'HF627', { user: host.userName, reason: noIdsReason(host) ?? '', fix: fault?.fix ?? 'apt install uidmap' });
  }
  return noNewPrivs ? wrong(topic, 'HF638', { user: host.userName }) : fine(topic, `${host.newuidmap}, ${host.newgidmap}`);
}

function faults({ subIdFaults, userName }: HostFacts): readonly Finding[] {
  return subIdFaults.map(({ file, line, text, reason }) => ({
    topic: file,
    fine: '',
    wrong: diagnostic('HF380', { text, reason, user: userName }, { file, line, column: 1, length: Math.max(1, text.length) }),
  }));
}

function freeFinding(host: HostFacts, claims: Surroundings['claims']): Finding {
  const choice = chooseIds(host, claims, WHOLE_SYSTEM);
  if (choice.kind === 'none') return wrong('subordinate ids', 'HF628', { user: host.userName, reason: choice.reason, fix: choice.remedy });
  return fine('subordinate ids', `the next container has ${rangeText(choice.u.first, choice.u.count)}`);
}
