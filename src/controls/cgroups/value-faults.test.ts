import { describe, expect, it } from 'vitest';
import { aSpec } from '../namespaces/testing.ts';
import { found, legacy, plan, unified, withGroups } from './testing.ts';

const about = (value: string, host = value.startsWith('lxc.cgroup2.') ? unified() : legacy()) => found(withGroups([value]), host);

describe('bad values are errors before anything is done', () => {
  it.each([
    ['lxc.cgroup.cpu.shares = 1', "HF542 error :1: '1' is no value for cpu.shares / write a number from 2 to 262144"],
    [
      'lxc.cgroup.memory.limit_in_bytes = 128Z',
      "HF542 error :1: '128Z' is no value for memory.limit_in_bytes / write bytes, with K, M or G behind them, or -1",
    ],
    ['lxc.cgroup2.memory.max = -1', "HF542 error :1: '-1' is no value for memory.max / write bytes, with K, M or G behind them, or max"],
    ['lxc.cgroup2.cpu.max = 50%', "HF542 error :1: '50%' is no value for cpu.max / write microseconds (1000 or more, or max) and the period"],
    ['lxc.cgroup.pids.max = 0', 'HF544 error :1: pids.max = 0 is less than a container needs to start: init is a process / give it 1 or more'],
    ['lxc.cgroup.memory.limit_in_bytes = 4k', 'HF544 error :1: memory.limit_in_bytes = 4k is less than a container needs to start: no program starts in less'],
    ['lxc.cgroup2.memory.high = 0', 'HF544 error :1: memory.high = 0 is less than a container needs'],
    [
      'lxc.cgroup2.cgroup.freeze = 1',
      "HF543 error :1: 'lxc.cgroup2.cgroup.freeze' sets no limit: cgroup.freeze does something at once / a frozen container never",
    ],
    ['lxc.cgroup2.cgroup.procs = 1', "HF543 error :1: 'lxc.cgroup2.cgroup.procs' sets no limit: cgroup.procs does something at once / it would move a process"],
    ['lxc.cgroup2.cgroup.kill = 1', "HF543 error :1: 'lxc.cgroup2.cgroup.kill' sets no limit"],
  ])('%s', (value, text) => {
    expect(about(value)[0]).toContain(text);
    expect(plan(withGroups([value]), value.startsWith('lxc.cgroup2.') ? unified() : legacy()).filter((one) => one.includes(' set '))).toEqual([]);
  });

  it('a plain command has a minimal PID 1 beside it', () => {
    const spec = withGroups(['lxc.cgroup.pids.max = 1'], {}, { init: { ...aSpec().init, reaper: true } });
    expect(found(spec, legacy())[0]).toContain('a command and its minimal PID 1 are two processes / give it 2 or more');
    expect(about('lxc.cgroup.pids.max = 1')).toEqual([]);
  });

  it.each(['lxc.cgroup.memory.limit_in_bytes = 256K', 'lxc.cgroup2.memory.low = 0', 'lxc.cgroup2.memory.swap.max = 0', 'lxc.cgroup2.memory.newer = 1 2 3'])(
    '%s is none',
    (value) => {
      expect(about(value)).toEqual([]);
    },
  );
});

describe('block devices', () => {
  const host = unified({ paths: { '/dev/sda': { kind: 'block', major: 8, minor: 0 }, '/dev/null': { kind: 'char', major: 1, minor: 3 } } });

  it('are taken by name', () => {
    expect(plan(withGroups(['lxc.cgroup2.io.max = /dev/sda rbps=1048576']), host).find((one) => one.includes('io.max'))).toContain(
      'set io.max = 8:0 rbps=1048576',
    );
  });

  it.each([
    ['/dev/null rbps=1', '/dev/null is no block device of this machine'],
    ['/dev/sdz rbps=1', '/dev/sdz is no block device of this machine'],
  ])('%s is refused', (value, reason) => {
    expect(about(`lxc.cgroup2.io.max = ${value}`, host)).toEqual([
      `HF545 error :1: 'lxc.cgroup2.io.max = ${value}' names no block device: ${reason} / write its numbers (ls -l /dev shows them) or the name of a disk: '8:0' or '/dev/sda'`,
    ]);
  });
});
