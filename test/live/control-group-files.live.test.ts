// What controls/cgroups/ believes of the kernel's files, asked of the kernel: how values read back, and what a device list lets pass.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect } from 'vitest';
import { allows, deviceList } from '../../src/controls/cgroups/device-list.ts';
import { reading } from '../../src/controls/cgroups/reading.ts';
import { readHostFacts } from '../../src/host/facts.ts';
import { realMachine } from '../../src/host/machine.ts';
import { needing } from '../support/needs.ts';

const it = needing('root', 'cgroup1');
const host = readHostFacts(realMachine(), []);
const made: string[] = [];

function group(controller: string): string {
  const mount = host.cgroups.find(({ version, controllers }) => version === 1 && controllers.includes(controller))?.mountPoint ?? '/nowhere';
  const path = `${mount}/holdfast-files-${process.pid}`;
  mkdirSync(path);
  made.push(path);
  return path;
}

afterEach(() => {
  for (const path of made.splice(0)) rmdirSync(path);
});

describe('a value reads back as expected', () => {
  for (const [file, text] of [
    ['memory.limit_in_bytes', '128M'],
    ['memory.limit_in_bytes', '5000'],
    ['memory.soft_limit_in_bytes', '1g'],
    ['memory.swappiness', '7'],
    ['pids.max', '0x40'],
    ['pids.max', 'max'],
    ['cpu.shares', '1'],
    ['cpu.shares', '999999'],
    ['cpu.cfs_quota_us', '-1'],
    ['cpu.cfs_period_us', '50000'],
    ['cpuset.cpus', '0,0-0'],
    ['cpuset.mems', '0'],
  ] as const) {
    it(`${file} = ${text}`, () => {
      const path = `${group(file.split('.')[0] ?? '')}/${file}`;
      writeFileSync(path, text);
      expect(readFileSync(path, 'utf8').trim()).toBe(reading(file, text, host.arch));
    });
  }
});

describe('a device list lets pass what is expected', () => {
  const NULL = { type: 'c', major: 1, minor: 3 } as const;
  for (const rules of [
    [],
    ['-a'],
    ['-a', '+c 1:3 r'],
    ['-a', '+c 1:3 r', '+c 1:3 w'],
    ['-a', '+c 1:3 r', '+c 1:* w'],
    ['-a', '+c *:* m'],
    ['-a', '+c 1:3 rw', '-c 1:3 w'],
    ['-a', '+c 1:* rw', '-c 1:3 w'],
    ['-c 1:3 w'],
    ['-c 1:3 rw', '+c 1:3 w'],
    ['-c 1:* w', '+c 1:3 w'],
    ['-a', '-c 1:3 r', '+a'],
    ['-a', '+b 1:3 rw', '+c 1:5 rw'],
  ]) {
    it(`[${rules.join(', ')}]`, () => {
      const path = group('devices');
      const list = rules.map((rule) => ({ file: rule.startsWith('+') ? 'devices.allow' : 'devices.deny', text: rule.slice(1) }));
      for (const { file, text } of list) writeFileSync(`${path}/${file}`, text);
      // /dev/null is opened for reading, for writing, for both; the shell goes back before it ends, so that the group can be removed.
      const script = `echo 0 > ${path}/tasks; for how in '<' '>' '<>'; do (eval ": $how /dev/null") && printf 1 || printf 0; done; echo 0 > ${path}/../tasks`;
      const answer = execFileSync('sh', ['-c', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
      expect(answer).toBe(['r', 'w', 'rw'].map((rights) => (allows(deviceList(list), NULL, rights) ? '1' : '0')).join(''));
    });
  }
});
