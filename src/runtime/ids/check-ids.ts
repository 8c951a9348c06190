// Who shares ids with whom: between containers, with users, with accounts; and the lines of /etc/subuid that say nothing.

import { existsSync } from 'node:fs';
import { sharing } from '../../controls/idmap/free.ts';
import { kindName } from '../../controls/idmap/words.ts';
import { subIdFaults, systemClaims } from '../../host/id-claims.ts';
import type { Machine } from '../../host/machine.ts';
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { HostFacts } from '../../model/host.ts';
import type { IdClaim } from '../../model/id-claim.ts';
import { containerClaims, type ContainerClaim } from './container-claims.ts';
import { readRegister } from './register.ts';

type Claim = IdClaim & { readonly config?: string | null };

export function checkIds(machine: Machine, host: HostFacts, lxcpaths: readonly string[]): readonly Diagnostic[] {
  const system = systemClaims(machine);
  const containers = containerClaims(machine, host, lxcpaths);
  const faults = subIdFaults(machine).map(({ file, line, text, reason, owner }) =>
    diagnostic('HF380', { text, reason, user: owner === '' ? 'USER' : owner }, { file, line, column: 1, length: Math.max(1, text.length) }),
  );
  return [...faults, ...(['u', 'g'] as const).flatMap((kind) => ofKind(kind, [...system, ...containers], host)), ...gone(host)];
}

function ofKind(kind: IdClaim['kind'], all: readonly Claim[], host: HostFacts): readonly Diagnostic[] {
  const claims = all.filter((one) => one.kind === kind);
  const accounts = new Map<ContainerClaim | Claim, IdClaim[]>();
  const found = sharing(claims).flatMap(([one, other]): readonly Diagnostic[] => {
    const [first, second] = inRank(one, other);
    const about = { kind: kindName(kind), range: sharedText(first, second) };
    const pair = `${first.owner.what} ${second.owner.what}`;
    if (pair === 'container container' && !isSame(first, second)) return [diagnostic('HF386', { ...about, one: title(first), other: title(second) })];
    if (pair === 'container user' && second.owner.name !== host.userName) {
      return [diagnostic('HF387', { ...about, container: title(first), user: second.owner.name, source: second.source })];
    }
    if (pair === 'container account') accounts.set(first, [...(accounts.get(first) ?? []), second]);
    if (pair === 'user user' && first.owner.name !== second.owner.name) {
      return [diagnostic('HF389', { ...about, one: first.owner.name, other: second.owner.name, source: `${first.source}, ${second.source}` })];
    }
    return [];
  });
  return [...found, ...[...accounts].map(([container, owners]) => accountFinding(kind, container, owners))];
}

function accountFinding(kind: IdClaim['kind'], container: Claim, owners: readonly IdClaim[]): Diagnostic {
  const names = owners.slice(0, 3).map(({ owner }) => owner.name);
  const rest = owners.length - names.length;
  const range = `${container.first}-${container.first + container.count - 1}`;
  return diagnostic('HF388', { kind: kindName(kind), range, container: title(container), accounts: names.join(', ') + (rest > 0 ? ` and ${rest} more` : '') });
}

const RANK = { container: 0, user: 1, account: 2 } as const;

function inRank(one: Claim, other: Claim): readonly [Claim, Claim] {
  return RANK[one.owner.what] <= RANK[other.owner.what] ? [one, other] : [other, one];
}

/** What one container says twice is said by its own configuration's check. */
function isSame(one: Claim, other: Claim): boolean {
  return one.config === other.config && one.owner.name === other.owner.name;
}

function title({ owner, source }: Claim): string {
  return `${owner.name} (${source})`;
}

function sharedText(one: IdClaim, other: IdClaim): string {
  const first = Math.max(one.first, other.first);
  const last = Math.min(one.first + one.count, other.first + other.count) - 1;
  return first === last ? String(first) : `${first}-${last}`;
}

/** Nobody but the user knows whether files of theirs are left somewhere. */
function gone({ stateDir }: HostFacts): readonly Diagnostic[] {
  return readRegister(stateDir)
    .filter(({ config }) => !existsSync(config))
    .map(({ name, config, u }) => diagnostic('HF390', { kind: 'user', range: `${u.first}-${u.first + u.count - 1}`, name, config }));
}
