import { expect, it } from 'vitest';
import { isWithin, oomKillText, parseOomKill } from './oom-kills.ts';

const LINE =
  '6,901,81234567,-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=lxc.payload.a,mems_allowed=0,oom_memcg=/tenants/acme,task_memcg=/tenants/acme/lxc.payload.a,task=tail,pid=71,uid=0';

it('reads the record of a kill, with what belongs to it on further lines', () => {
  const kill = { microseconds: 81234567, limited: '/tenants/acme', group: '/tenants/acme/lxc.payload.a', command: 'tail', pid: 71 };
  expect(parseOomKill(LINE)).toEqual(kill);
  expect(parseOomKill(`${LINE}\n SUBSYSTEM=x\n`)).toEqual(kill);
  expect(oomKillText(kill)).toBe('tail (process 71) in /tenants/acme/lxc.payload.a was killed: the memory limit of /tenants/acme was reached');
});

it('is not misled by names', () => {
  expect(parseOomKill(LINE.replace('task=tail', 'task=a,pid=1,uid=0'))).toMatchObject({ command: 'a,pid=1,uid=0', pid: 71 });
});

it.each(['6,1,2,-;something else', LINE.replace('CONSTRAINT_MEMCG', 'CONSTRAINT_NONE'), LINE.replace('oom-kill', 'x oom-kill'), ''])(
  'takes nothing else for one: %s',
  (text) => {
    expect(parseOomKill(text)).toBeNull();
  },
);

it.each([
  ['/a/b', '/a', true],
  ['/a', '/a', true],
  ['/ab', '/a', false],
  ['/a', '/', true],
])('%s within %s: %s', (group, around, holds) => {
  expect(isWithin(group, around)).toBe(holds);
});
