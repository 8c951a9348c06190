import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Diagnostic, diagnosticText } from '../../model/diagnostic.ts';
import { checkNames } from './names.ts';
import { parsePolicy } from './parse.ts';
import type { Policy } from './policy.ts';
import { printPolicy } from './testing/print.ts';
import { noise, randomPolicy } from './testing/random-policy.ts';

const parse = (text: string) => parsePolicy(text, 'p', 'x86_64');
const said = (found: readonly Diagnostic[]) => found.map((one) => `${one.span?.line}:${one.span?.column} ${one.code} ${diagnosticText(one).message}`);
const withoutSpans = (policy: Policy | null) =>
  JSON.parse(JSON.stringify(policy, (key, value) => (key === 'span' ? 0 : typeof value === 'bigint' ? `${value}n` : value)));

test('what printPolicy() writes, parsePolicy() reads, with any noise between the lines', () => {
  fc.assert(
    fc.property(randomPolicy, noise, (policy, between) => {
      // A mask of 0 can be compiled, and is an error to write.
      fc.pre(!policy.rules.some(({ conditions }) => conditions.some((one) => one.kind === 'masked' && one.mask === 0n)));
      const lines = printPolicy(policy)
        .split('\n')
        .map((line, index) => `${line}${between[index % between.length]}`);
      const { policy: read, diagnostics } = parse(lines.join('\n'));
      expect(diagnostics.filter(({ code }) => code !== 'HF212')).toEqual([]);
      expect(withoutSpans(read)).toEqual(withoutSpans(policy));
    }),
    { numRuns: 300 },
  );
});

describe('version 2', () => {
  test.each([
    ['2\nallowlist\nread', 'allow', { kind: 'kill_process' }, { kind: 'allow' }],
    ['2\nwhitelist errno 38\nread kill', 'allow', { kind: 'errno', errno: 38 }, { kind: 'kill_process' }],
    ['2\ndenylist\nread', 'deny', { kind: 'allow' }, { kind: 'kill_process' }],
    ['2\nblacklist log\nread errno EPERM', 'deny', { kind: 'log' }, { kind: 'errno', errno: 1 }],
    ['2\ndenylist\nread kill_thread', 'deny', { kind: 'allow' }, { kind: 'kill_thread' }],
    ['2\ndenylist\nread trap', 'deny', { kind: 'allow' }, { kind: 'trap' }],
    ['2\ndenylist\nread notify', 'deny', { kind: 'allow' }, { kind: 'notify' }],
    ['2\ndenylist\nread errno 0', 'deny', { kind: 'allow' }, { kind: 'errno', errno: 0 }],
  ])('%j', (text, list, otherwise, verdict) => {
    const { policy } = parse(text);
    expect(policy).toMatchObject({ version: 2, list, otherwise: { verdict: otherwise }, rules: [{ verdict, section: { kind: 'all' } }] });
  });

  test('sections hold until the next one, in lower or upper case', () => {
    const { policy, diagnostics } = parse('2\ndenylist\nread\n[x86]\nopen\n[X86_64]\nopen\n[arm64]\nopenat\n[ppc64le]\nopen\n[all]\nclose');
    expect(diagnostics).toEqual([]);
    expect(policy?.rules.map(({ section }) => section)).toEqual([
      { kind: 'all' },
      { kind: 'arch', arch: 'i386' },
      { kind: 'arch', arch: 'x86_64' },
      { kind: 'arch', arch: 'arm64' },
      { kind: 'arch', arch: 'ppc64le' },
      { kind: 'all' },
    ]);
  });

  test("LXC's reject_force_umount, with the comment of Debian's common.seccomp behind it", () => {
    const { policy, diagnostics } = parse('2\ndenylist\nreject_force_umount  # comment this to allow umount -f;  not recommended\n');
    expect(diagnostics).toEqual([]);
    expect(policy?.rules).toMatchObject([
      { call: { name: 'umount2' }, verdict: { kind: 'errno', errno: 13 }, conditions: [{ kind: 'masked', argument: 1, mask: 1n, value: 1n }] },
    ]);
  });

  test('a rule knows its place', () => {
    expect(parse('2\ndenylist\n\n  mkdir errno 1').policy?.rules[0]?.span).toEqual({ file: 'p', line: 4, column: 3, length: 5 });
  });
});

describe('includes', () => {
  const included = (text: string, files: Readonly<Record<string, string>>) => {
    const list = Object.entries(files).map(([path, content]) => ({ path, text: content }));
    const { policy, diagnostics } = parsePolicy(text, '/etc/p', 'x86_64', list);
    const rules = policy?.rules.map(({ call, section, span }) => `${span.file}:${span.line} ${section.kind} ${call.kind === 'name' ? call.name : ''}`);
    return { rules, said: said(diagnostics) };
  };

  test('lines of another file stand where it is included, in [all]; behind them the section goes on', () => {
    const text = '2\ndenylist\n[x86]\nread\n[include common]  # ours\nwrite';
    expect(included(text, { '/etc/common': 'open\n[x86_64]\nclose\n[ include /lib/more ]', '/lib/more': '# more\nstat errno 1' })).toEqual({
      rules: ['/etc/p:4 arch read', '/etc/common:1 all open', '/etc/common:3 arch close', '/lib/more:2 all stat', '/etc/p:6 arch write'],
      said: [],
    });
  });

  test('one that leads back to itself is refused', () => {
    expect(included('2\ndenylist\n[include p]', {}).said[0]).toContain('3:1 HF235 the policy includes itself: /etc/p -> /etc/p');
    expect(included('2\ndenylist\n[include a]', { '/etc/a': '[include b]', '/etc/b': '[include a]' }).said[0]).toContain(
      '1:1 HF235 the policy includes itself: /etc/a -> /etc/b -> /etc/a',
    );
  });

  test('twice the same file is no ring', () => {
    expect(included('2\ndenylist\n[include a]\n[include a]', { '/etc/a': 'read' }).rules).toHaveLength(2);
  });

  test('what is only like an include is an error', () => {
    for (const line of ['include a', '[include]', '[includ a]', '[include a] b']) {
      const found = parsePolicy(`2\ndenylist\n${line}`, '/etc/p', 'x86_64', [{ path: '/etc/a', text: 'read' }]);
      const names = found.policy === null ? [] : checkNames(found.policy, 'x86_64');
      expect(
        [...found.diagnostics, ...names].filter(({ severity }) => severity === 'error'),
        line,
      ).not.toEqual([]);
    }
  });
});

test('a line has at most six conditions', () => {
  const conditions = (count: number) => Array.from({ length: count }, (_, index) => `[${index % 6},1,==]`).join(' ');
  expect(parse(`2\ndenylist\nclone errno 1 ${conditions(6)}`).diagnostics).toEqual([]);
  expect(said(parse(`2\ndenylist\nclone errno 1 ${conditions(7)}`).diagnostics)).toEqual(["3:1 HF234 'clone' has 7 conditions, of which a line has at most 6"]);
});

describe('version 1', () => {
  test("the article's example", () => {
    const { policy, diagnostics } = parse('1\nwhitelist\n103\n');
    expect(diagnostics).toEqual([]);
    expect(policy).toMatchObject({
      version: 1,
      list: 'allow',
      otherwise: { verdict: { kind: 'kill_process' } },
      rules: [{ call: { kind: 'number', number: 103 }, section: { kind: 'native' }, verdict: { kind: 'allow' }, conditions: [] }],
    });
  });

  test('comments and blank lines are taken', () => {
    expect(parse('1\nallowlist\n\n# write\n1 # and this\n').policy?.rules).toHaveLength(1);
  });
});

describe('what means nothing is said, with its place', () => {
  test.each([
    ['', "1:1 HF206 a policy begins with its version, 1 or 2, and not with ''"],
    ['3\nallowlist', '1:1 HF206 a policy begins with its version'],
    ['2 denylist', "1:1 HF206 a policy begins with its version, 1 or 2, and not with '2 denylist'"],
    ['2', "1:1 HF207 '' is no kind of policy of version 2"],
    ['2\nallow', "2:1 HF207 'allow' is no kind of policy"],
    ['2\nconstructor', "2:1 HF207 'constructor' is no kind"],
    ['1\ndenylist', "2:1 HF207 'denylist' is no kind of policy of version 1"],
    ['1\nallowlist errno 1', "2:11 HF215 'errno 1' has no meaning here"],
    ['2\nallowlist errno 1 debug', "2:19 HF215 'debug' has no meaning here"],
    ['2\nallowlist debug', "2:11 HF202 unknown action 'debug'"],
    ['1\nallowlist\nread', "3:1 HF208 'read' is no system call number"],
    ['1\nallowlist\n103 allow', "3:1 HF208 '103 allow' is no system call number"],
    ['1\nallowlist\n1073741824', "3:1 HF208 '1073741824' is no system call number"],
    ['2\ndenylist\n[x87]\nread', "3:1 HF203 unknown section '[x87]'"],
    ['2\ndenylist\n[x86\nread', "3:1 HF203 unknown section '[x86'"],
    ['2\ndenylist\n[x86] read', "3:7 HF215 'read' has no meaning here"],
    ['2\ndenylist\nmkdir killer', "3:7 HF202 unknown action 'killer'"],
    ['2\ndenylist\nmkdir constructor', "3:7 HF202 unknown action 'constructor'"],
    ['2\ndenylist\nmkdir errno', "3:7 HF204 '' is no error number"],
    ['2\ndenylist\nmkdir errno EPREM', "3:13 HF204 'EPREM' is no error number"],
    ['2\ndenylist\nmkdir errno 4096', "3:13 HF204 '4096' is no error number"],
    ['2\ndenylist\nmkdir errno -1', "3:13 HF204 '-1' is no error number"],
    ['2\ndenylist\nmkdir errno 1 now', "3:15 HF215 'now' has no meaning here"],
    ['2\ndenylist\nmkdir errno 1 [9,1,==]', "3:15 HF205 condition '[9,1,==]'"],
    ['2\ndenylist\nreject_force_umount kill', "3:21 HF215 'kill' has no meaning here"],
    ['2\ndenylist errno 1', "2:1 HF212 a denylist with the default 'errno EPERM' refuses every call"],
  ])('%j', (text, message) => {
    const { diagnostics } = parse(text);
    expect(diagnostics).toHaveLength(1);
    expect(said(diagnostics)[0]).toContain(message);
  });

  test('with the nearest names', () => {
    const help = (text: string) =>
      parse(text)
        .diagnostics.map((one) => diagnosticText(one).help)
        .join();
    expect(help('2\ndenylist\nmkdir errno EPREM')).toContain("did you mean 'EPERM'");
    expect(help('2\ndenylist\n[x87]')).toContain("'x86'");
    expect(help('2\ndenylist\n[amd64]')).toBe('write [x86_64]');
    expect(help('2\ndenylist\n[sparc]')).toBe(
      'sections are [all] [x86_64] [x86] [x32] [arm64] [arm] [riscv64] [loongarch64] [ppc64] [ppc] [s390x] [s390] [mips64] [mips64n32] [mips] [ppc64le] [mipsel] [mipsel64] [mipsel64n32]',
    );
    expect(help('2\ndenylist\nmkdir deny')).toContain('errno NUMBER or NAME');
  });

  test('a line with a condition that means nothing is no rule, rather than one about more calls', () => {
    expect(parse('2\nallowlist\nioctl allow [9,1,==] [2,1,==]\nread').policy?.rules.map(({ call }) => call)).toEqual([{ kind: 'name', name: 'read' }]);
  });

  test('all of them at once', () => {
    expect(said(parse('2\ndenylist\nmkdir deny\n[i386]\nread errno\n').diagnostics)).toHaveLength(3);
  });
});
