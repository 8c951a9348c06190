import { expect, test } from 'vitest';
import { defaultSpec, memoryFiles } from './index.ts';

test('the embedded container: nothing kept, nothing shared, and no word about it', () => {
  const { spec, diagnostics } = defaultSpec({ name: 'x', command: ['echo', 'a b'] });
  expect(diagnostics).toEqual([]);
  expect(spec).toMatchObject({
    init: { argv: { value: ['echo', 'a b'] }, reaper: true },
    root: { kind: 'host' },
    hostname: { value: 'holdfast', why: { kind: 'default' } },
    capabilities: { mode: 'keep', names: [] },
    noNewPrivs: { value: true },
    namespaces: null,
    idmap: [],
    mountAuto: { proc: { value: 'mixed' }, sys: { value: 'ro' }, cgroup: null },
    dev: { autodev: { value: true }, console: { value: { kind: 'pty' } } },
    network: [{ type: 'empty', up: true }],
    stopTimeout: { value: 10 },
    keyring: { value: true },
    unenforced: [],
  });
});

test('options change it line by line', () => {
  const overrides = ['lxc.cap.keep = chown', 'lxc.net.0.type = none', 'lxc.rootfs.path = /srv', 'lxc.seccomp.profile = /p'];
  const { spec } = defaultSpec({ name: 'x', command: ['true'], overrides }, memoryFiles({ '/p': 'policy' }));
  expect(spec).toMatchObject({
    capabilities: { mode: 'keep', names: [{ value: 'chown' }] },
    network: [{ type: 'none', why: { kind: 'option' } }],
    root: { kind: 'dir' },
    seccomp: { value: { text: 'policy' } },
  });
});

test('a wrong option is no container', () => {
  expect(defaultSpec({ name: 'x', command: ['true'], overrides: ['lxc.cap.kept = chown'] })).toMatchObject({ spec: null, diagnostics: [{ code: 'HF101' }] });
});
