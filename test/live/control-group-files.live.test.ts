// What controls/cgroups/ believes of the kernel's files, asked of the kernel: how values read back.

import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect } from 'vitest';
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
