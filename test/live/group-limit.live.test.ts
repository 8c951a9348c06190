// A limit that containers share, reached.

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { containers, holdfast, startDetached, until } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { FILES, GROUP_NEEDS, LIMIT, linesIn, MEMORY, newGroup, valueOf } from '../support/shared-group.ts';

const make = containers();
const it = needing(...GROUP_NEEDS);

interface Report {
  readonly values: Readonly<Record<string, string>>;
  readonly members: readonly { readonly name: string; readonly oomKills: number }[];
  readonly kills: readonly { readonly container: string; readonly command: string; readonly limited: string }[];
}
const reported = async (group: string): Promise<Report> => JSON.parse((await holdfast(['group', 'info', group, '--json'])).stdout) as Report;

function killsOf(place: string): number {
  const file = `${place}/${FILES.events}`;
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
}

describe('one limit for three', () => {
  it('together they cannot exceed it, and who was killed is told', async () => {
    const group = newGroup();
    const size = 24 * 1024 * 1024;
    // Holds 10 MB while its input stays open, then says whether it was let.
    const hold = '(head -c 10000000 /dev/zero; sleep 60) | tail -c 10000000 > /dev/null; echo $? > /tmp/told; exec sleep 60';
    const lines = [`${LIMIT} = 24M`, 'lxc.mount.entry = tmpfs tmp tmpfs size=64k,create=dir 0 0'];
    const three = [make(linesIn(group, lines), hold), make(linesIn(group, lines), hold), make(linesIn(group, lines), hold)];
    for (const one of three) await startDetached(one);
    const report = await until(
      'one is killed',
      () => {
        const used = Number(valueOf(group, FILES.most));
        expect(used).toBeLessThanOrEqual(size);
        return three.some(({ name }) => ['', '/inner'].some((inner) => killsOf(`${MEMORY}/${group}/lxc.payload.${name}${inner}`) > 0));
      },
      40_000,
    ).then(() => reported(group));
    expect(Number(valueOf(group, FILES.limit))).toBe(size);
    const hit = report.members.filter(({ oomKills }) => oomKills > 0).map(({ name }) => name);
    expect(hit.length).toBeGreaterThan(0);
    expect(hit.length).toBeLessThan(3);
    expect(report.kills.find(({ container }) => container === hit[0])).toMatchObject({ command: 'tail', limited: `/${group}` });
    expect((await holdfast(['group', 'info', group])).stdout).toMatch(
      /: tail \(process \d+\) in \/holdfast-tenants-.* was killed: the memory limit of \/holdfast-tenants-/,
    );
  });

  it('run tells of it at the end', async () => {
    const group = newGroup();
    const container = make(linesIn(group, [`${LIMIT} = 16M`]), 'dd if=/dev/zero of=/dev/null bs=40M count=1; exit $?');
    const done = await holdfast(['run', container.name, '-P', container.lxcpath]);
    expect(done.code).toBe(137);
    expect(done.stderr).toContain(`holdfast: ${container.name}: dd (process `);
    expect(done.stderr).toContain(`was killed: the memory limit of /${group} was reached`);
  });
});
