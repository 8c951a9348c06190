import { expect, test } from 'vitest';
import { includedFiles } from '../../model/policy-include.ts';
import { openPolicy } from './explain/index.ts';
import { readPolicy } from './read-policy.ts';
import { DOCKER_DEFAULT } from './testing/docker.ts';

const AROUND = { machine: 'x86_64', kernel: { major: 6, minor: 1 }, capabilities: new Set<number>() } as const;

test('a policy is read by what it begins with', () => {
  const rules = (text: string) => readPolicy({ path: 'p', text }, [], AROUND).policy?.rules.length;
  expect(rules('2\ndenylist\nread')).toBe(1);
  expect(rules('{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["read","write"],"action":"SCMP_ACT_ERRNO"}]}')).toBe(2);
});

test('files are asked for once each, from the folder of the file that names them', () => {
  const files: Record<string, string> = { '/a/b': '[include c]', '/a/c': '[include /a/b]\n[include d]' };
  const asked: string[] = [];
  const found = includedFiles({ path: '/a/p', text: '2\ndenylist\n [ include  b ] # why\n[include b]\n# [include x]' }, (path) => {
    asked.push(path);
    return files[path] ?? null;
  });
  expect(asked).toEqual(['/a/b', '/a/c', '/a/d']);
  expect(found.map(({ path }) => path)).toEqual(['/a/b', '/a/c']);
});

test('what is asked about a profile holds for a container with all capabilities, on a kernel that is new enough', () => {
  const names = (kernel?: { major: number; minor: number }) =>
    openPolicy(DOCKER_DEFAULT, 'p.json', 'x86_64', kernel && { kernel }).opened?.policy.rules.flatMap(({ call }) => (call.kind === 'name' ? [call.name] : []));
  expect(names()).toEqual(expect.arrayContaining(['mount', 'reboot', 'ptrace']));
  // What CAP_SYS_PTRACE opens as well.
  expect(names({ major: 4, minor: 7 })?.filter((name) => name === 'ptrace')).toHaveLength(1);
  expect(names()?.filter((name) => name === 'ptrace')).toHaveLength(2);
});
