// holdfast caps: the table of capabilities, one of them, or the sets of a running container's init.

import { readFileSync } from 'node:fs';
import { CAPABILITIES, type CapabilityName } from '../../../kernel/capabilities.gen.ts';
import { setsIn } from '../../../controls/capabilities/state.ts';
import { readHostFacts } from '../../../host/facts.ts';
import { realMachine } from '../../../host/machine.ts';
import {
  capabilityArticle,
  type CapabilityRow,
  capabilityRows,
  capabilityTable,
  containerJson,
  containerReport,
} from '../../../controls/capabilities/explain/report.ts';
import { runningContainer } from '../../../runtime/containers.ts';
import { checkName } from '../../../runtime/source.ts';
import { type Context, out } from '../../context.ts';
import type { NameFlags } from '../../flags.ts';

export function show(this: Context, flags: NameFlags & { readonly json: boolean }, ...words: readonly string[]): void {
  const named = words.map((word) => ({ word, capability: capabilityOf(word) }));
  const containers = [...named.filter(({ capability }) => capability === null).map(({ word }) => word), ...(flags.name === undefined ? [] : [flags.name])];
  const rows = capabilityRows(words.length === 0 && containers.length === 0 ? undefined : named.flatMap(({ capability }) => capability ?? []));
  const found = containers.map((name) => stateOf(checkName(name)));
  if (flags.json) {
    out(this, `${JSON.stringify({ version: 1, capabilities: rows, containers: found.map(containerJson) }, null, 2)}\n`);
    return;
  }
  const { lastCapability } = readHostFacts(realMachine());
  out(this, [textOf(rows, words.length), ...found.map((one) => containerReport(one, lastCapability))].filter((text) => text !== '').join('\n'));
}

const textOf = (rows: readonly CapabilityRow[], asked: number): string =>
  asked === 0 && rows.length > 0 ? capabilityTable(rows) : rows.map(capabilityArticle).join('\n');

/** `sys_admin`, `CAP_SYS_ADMIN` or `21`; null for the name of a container. */
function capabilityOf(word: string): CapabilityName | null {
  const bare = word.toLowerCase().replace(/^cap_/, '');
  return (Object.keys(CAPABILITIES) as CapabilityName[]).find((name) => name === bare || String(CAPABILITIES[name]) === word) ?? null;
}

/** What the kernel says of its init; the secure bits of another process it tells nobody. */
function stateOf(name: string) {
  const { record } = runningContainer(readHostFacts(realMachine()).runDir, name);
  const status = readFileSync(`/proc/${record.init}/status`, 'utf8');
  return {
    name,
    init: record.init,
    userNamespace: record.namespaces.includes('user') ? ('own' as const) : ("the host's" as const),
    sets: setsIn(status),
    noNewPrivs: /^NoNewPrivs:\s*1$/m.test(status),
    secureBits: record.spec.secureBits?.value ?? [],
  };
}
