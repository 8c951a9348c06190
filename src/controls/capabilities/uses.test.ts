import { describe, expect, it } from 'vitest';
import { CAPABILITIES } from '../../kernel/capabilities.gen.ts';
import { CAPABILITY_KNOWLEDGE } from './knowledge.ts';
import { namesIn, numbersIn, setsIn } from './state.ts';
import { usesIn } from './uses.ts';

let time = 0;
const head = (pid: number, comm = 'sh') => `${comm.padStart(16)}-${pid}     [001] ..... 25458.${String((time += 1)).padStart(6, '0')}: `;
const exec = (pid: number, status = '0x0') => `${head(pid)}sys_execve -> ${status}\n`;
const fork = (parent: number, child: number, comm = 'sh') =>
  `${head(parent)}sched_process_fork: comm=${comm} pid=${parent} child_comm=${comm} child_pid=${child}\n`;
const check = (pid: number, capability: number, stack: readonly string[], comm?: string) =>
  `${head(pid, comm)}cap_capable: cred 000000000610cf30, target_ns 00000000e3ad0168, capable_ns 00000000e3ad0168, cap ${capability}, ret 0\n` +
  `${head(pid, comm)}<stack trace>\n${['trace_event_raw_event_cap_capable', 'cap_capable', ...stack].map((name) => ` => ${name}\n`).join('')}`;
const CHOWN = ['security_capable', 'ns_capable_common', 'capable_wrt_inode_uidgid', 'setattr_prepare', 'ext4_setattr', 'notify_change'];
const OVERCOMMIT = ['security_vm_enough_memory_mm', 'mmap_region'];
/** 10 starts 11, the launcher; that starts 12, the monitor, and 13, init. */
const START = fork(10, 11) + exec(11) + fork(11, 12) + fork(12, 13) + exec(13);

describe('what a container used', () => {
  it('is what was granted to init and its descendants after init was executed', () => {
    const text = fork(10, 11) + exec(11) + check(11, 21, ['mount_capable']) + fork(11, 13) + check(13, 21, ['mount_capable']) + exec(13) + check(13, 0, CHOWN);
    const more = fork(13, 14) + check(14, 0, CHOWN) + check(14, 5, ['ns_capable', 'kill_ok_by_cred']) + check(11, 7, ['ns_capable', '__sys_setuid']);
    expect(usesIn(text + more, 0)).toEqual({
      uses: [
        { capability: 0, times: 2, askers: ['setattr_prepare'] },
        { capability: 5, times: 1, askers: ['kill_ok_by_cred'] },
      ],
      began: true,
      lost: 0,
    });
  });

  it('is not what the kernel asks at every mapping', () => {
    expect(usesIn(START + check(13, 21, OVERCOMMIT) + check(13, 21, ['capable', 'do_mount']), 0).uses).toEqual([
      { capability: 21, times: 1, askers: ['do_mount'] },
    ]);
  });

  it('is not that of programs which the launcher executes before init', () => {
    const helped = fork(10, 11) + exec(11) + fork(11, 12) + exec(12) + check(12, 7, CHOWN) + fork(11, 13) + exec(13) + check(13, 0, CHOWN);
    expect(usesIn(helped, 1).uses.map(({ capability }) => capability)).toEqual([0]);
  });

  it('is nothing where init was never executed', () => {
    expect(usesIn(fork(10, 11) + exec(11) + fork(11, 13) + exec(13, '0xfffffffffffffffe'), 0)).toEqual({ uses: [], began: false, lost: 0 });
    expect(usesIn('', 0).began).toBe(false);
  });

  it('is told to be incomplete where records were lost', () => {
    expect(usesIn(`${START}CPU:1 [LOST 1234 EVENTS]\n${check(13, 0, CHOWN)}`, 0)).toMatchObject({ lost: 1234, uses: [{ capability: 0 }] });
  });

  it('does not depend on what processes call themselves', () => {
    const names = ['a\nb', '-1 [0] ..... ', '1 child_pid=9\n', 'x pid=1', '  => cap_x\n', '[LOST 9 EVENT', ': cap 16, ret 0', '\n\n'];
    for (const comm of names) {
      const text = START + fork(13, 14, comm) + check(14, 0, CHOWN, comm) + fork(14, 15, comm) + check(15, 5, ['ns_capable', 'kill_ok_by_cred'], comm);
      expect(usesIn(text, 0), JSON.stringify(comm)).toEqual({
        uses: [
          { capability: 0, times: 1, askers: ['setattr_prepare'] },
          { capability: 5, times: 1, askers: ['kill_ok_by_cred'] },
        ],
        began: true,
        lost: 0,
      });
    }
  });
});

describe('the sets of a process', () => {
  it('are read from its status', () => {
    const status =
      'Name:\tx\nCapInh:\t0000000000000000\nCapPrm:\t0000000000000021\nCapEff:\t0000000000000001\nCapBnd:\t000001ffffffffff\nCapAmb:\t0000000000000000\n';
    const sets = setsIn(status);
    expect([namesIn(sets.permitted), namesIn(sets.effective), numbersIn(sets.bounding).length, sets.ambient]).toEqual([['chown', 'kill'], ['chown'], 41, 0n]);
    expect(namesIn(1n << 63n)).toEqual(['63']);
  });
});

describe('the table', () => {
  it('knows every capability, and why LXC drops the five of its common.conf', () => {
    expect(Object.keys(CAPABILITY_KNOWLEDGE)).toEqual(Object.keys(CAPABILITIES));
    const dropped = Object.entries(CAPABILITY_KNOWLEDGE).filter(([, { dropped: why }]) => why !== undefined);
    expect(dropped.map(([name]) => name)).toEqual(['sys_module', 'sys_rawio', 'sys_time', 'mac_override', 'mac_admin']);
  });

  it('says nothing is left in a user namespace exactly where the kernel asks in the initial one', () => {
    for (const [name, { scope, mapped }] of Object.entries(CAPABILITY_KNOWLEDGE))
      expect(mapped.startsWith('nothing: ') || name === 'net_broadcast', name).toBe(scope === 'initial');
  });
});
