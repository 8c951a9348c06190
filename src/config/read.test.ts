import { describe, expect, test } from 'vitest';
import { originText } from '../model/origin.ts';
import { memoryFiles, readConfig } from './index.ts';

const read = (files: Parameters<typeof memoryFiles>[0], overrides: readonly string[] = [], path: string | null = '/c') =>
  readConfig(memoryFiles(files), path, { overrides });
const lines = (reading: ReturnType<typeof readConfig>) => reading.settings.map(({ key, text }) => `${key}=${text}`);
const codes = (reading: ReturnType<typeof readConfig>) => reading.diagnostics.map(({ code }) => code);

describe('lxc.include', () => {
  test('is read in its place, nested, and settings know their file and line', () => {
    const reading = read({ '/c': 'lxc.uts.name = a\nlxc.include = /d\nlxc.tty.max = 1', '/d': '# d\nlxc.include = e', e: '\n\nlxc.pty.max = 2' });
    expect(reading.diagnostics).toEqual([]);
    expect(reading.settings.map(({ key, why }) => `${originText(why)} ${key}`)).toEqual(['/c:1 lxc.uts.name', 'e:3 lxc.pty.max', '/c:3 lxc.tty.max']);
    expect(reading.filesRead).toEqual(['/c', '/d', 'e']);
  });

  const directory = {
    '/d/b.conf': 'lxc.group = b',
    '/d/a.conf': 'lxc.group = a',
    '/d/B.conf': 'lxc.group = B',
    '/d/.conf': 'x',
    '/d/a.conf~': 'x',
    '/d/README': 'x',
    '/d/\u{10000}.conf': 'lxc.group = astral',
    '/d/\uFFEE.conf': 'lxc.group = wide',
  };
  test.each(['/d', '/d/', '/d//', '/./d'])('of the directory %s reads its *.conf files in the order of their bytes', (name) => {
    const reading = read({ ...directory, '/c': `lxc.include = ${name}` });
    expect(reading.diagnostics).toEqual([]);
    expect(reading.settings.map(({ text }) => text)).toEqual(['B', 'a', 'b', 'wide', 'astral']);
  });

  test('of a missing directory is nothing, of a missing file an error at its place', () => {
    const reading = read({ '/c': 'lxc.include = /absent/\nlxc.include =  /absent' });
    expect(reading.diagnostics).toMatchObject([{ code: 'HF108', span: { line: 2, column: 16, length: 7 }, data: { path: '/absent' } }]);
  });

  test('of a directory that may not be read is an error', () => {
    const files = { ...memoryFiles({ '/c': 'lxc.include = /d/' }), list: () => ({ kind: 'error', errno: 'EACCES', message: 'it may not be read' }) as const };
    expect(readConfig(files, '/c').diagnostics.map(({ code }) => code)).toEqual(['HF108']);
  });

  test('in a circle is an error that shows the circle, and ends', () => {
    const reading = read({ '/c': 'lxc.include = /d', '/d': 'lxc.include = /e', '/e': 'lxc.include = /./d\nlxc.uts.name = a' });
    expect(reading.diagnostics).toMatchObject([{ code: 'HF109', data: { chain: '/d -> /e -> /d' }, span: { file: '/e', line: 1 } }]);
    expect(lines(reading)).toEqual(['lxc.uts.name=a']);
  });

  test('twice of one file is no circle', () => {
    expect(codes(read({ '/c': 'lxc.include = /d\nlxc.include = /d', '/d': '' }))).toEqual([]);
  });

  test('that doubles at every level is stopped', () => {
    const files = Object.fromEntries(
      Array.from({ length: 20 }, (_, level) => [`/${level === 0 ? 'c' : level}`, `lxc.include = /${level + 1}\nlxc.include = /${level + 1}`]),
    );
    const reading = read({ ...files, '/20': '' });
    expect(codes(reading)).toEqual(['HF110']);
    expect(reading.filesRead.length).toBeLessThan(2000);
  });
});

describe('options', () => {
  test('come after the file and know their own text', () => {
    const reading = read({ '/c': 'lxc.uts.name = a' }, ['lxc.uts.name=b', ' lxc.tty.max = "3" ']);
    expect(lines(reading)).toEqual(['lxc.uts.name=a', 'lxc.uts.name=b', 'lxc.tty.max=3']);
    expect(reading.settings.map(({ why }) => originText(why))).toEqual(['/c:1', '-s lxc.uts.name=b', '-s  lxc.tty.max = "3" ']);
  });
  test('may include', () => expect(lines(read({ '/c': '', '/d': 'lxc.uts.name = d' }, ['lxc.include=/d']))).toEqual(['lxc.uts.name=d']));
  test('do without a file', () => expect(lines(read({}, ['lxc.uts.name=d'], null))).toEqual(['lxc.uts.name=d']));
  test('are told about like lines', () =>
    expect(codes(read({ '/c': '' }, ['lxc.autodev=maybe', 'lxc.utsname=x', 'nothing', '#']))).toEqual(['HF120', 'HF111', 'HF114', 'HF114']));
});

describe('lxc.network of LXC 1', () => {
  test('counts an interface for each type line', () => {
    const reading = read({
      '/c': 'lxc.network.type = veth\nlxc.network.link = br0\nlxc.network.ipv4 = 10.0.0.2/24\nlxc.network.type = empty\nlxc.network.flags = up',
    });
    expect(lines(reading)).toEqual([
      'lxc.net.0.type=veth',
      'lxc.net.0.link=br0',
      'lxc.net.0.ipv4.address=10.0.0.2/24',
      'lxc.net.1.type=empty',
      'lxc.net.1.flags=up',
    ]);
    expect(codes(reading)).toEqual(['HF111', 'HF111', 'HF111', 'HF111']);
  });
  test('does not run into lxc.net', () => {
    expect(lines(read({ '/c': 'lxc.net.3.type = empty\nlxc.network.type = none' }))).toEqual(['lxc.net.3.type=empty', 'lxc.net.4.type=none']);
  });
  test.each(['lxc.network =', 'lxc.network.type ='])('is cleared by %s, after which a line has no interface', (clear) => {
    const reading = read({ '/c': `lxc.network.type = veth\n${clear}\nlxc.network.link = br0` });
    expect(lines(reading)).toEqual(['lxc.net.0.type=veth', 'lxc.net=']);
    expect(codes(reading)).toContain('HF116');
  });
});

describe('files that values name', () => {
  test('are attached to the lines that hold, and only they are read', () => {
    const reading = read({ '/c': 'lxc.seccomp.profile = /old\nlxc.seccomp = /new\nlxc.mount.fstab = /tab', '/new': '2\ndenylist\n', '/tab': '' });
    expect(reading.settings.map(({ attached }) => attached)).toEqual([null, '2\ndenylist\n', '']);
    expect(reading.filesRead).toEqual(['/c', '/new', '/tab']);
    expect(codes(reading)).toEqual(['HF111']);
  });
  test('are read with what a policy includes, and that includes, each once', () => {
    const files = {
      '/c': 'lxc.seccomp.profile = /d/p',
      '/d/p': '2\ndenylist\n[include a]\n[include /b] # why\n',
      '/d/a': '[include p]\n[include /b]',
      '/b': 'read',
    };
    const reading = read(files);
    expect(reading.filesRead).toEqual(['/c', '/d/p', '/d/a', '/b']);
    expect(reading.settings[0]?.included).toEqual([
      { path: '/d/a', text: files['/d/a'] },
      { path: '/b', text: 'read' },
    ]);
    expect(read({ '/c': 'lxc.seccomp.profile = /p', '/p': '[include /absent]' }).diagnostics).toMatchObject([{ code: 'HF108', data: { path: '/absent' } }]);
  });
  test('that are missing are an error where they are named', () => {
    expect(read({ '/c': 'lxc.seccomp.profile = /absent' }).diagnostics).toMatchObject([{ code: 'HF108', span: { line: 1, column: 23, length: 7 } }]);
  });
});

test('a missing configuration is an error without a place', () => {
  const { diagnostics } = read({});
  expect(diagnostics).toMatchObject([{ code: 'HF108', data: { path: '/c' } }]);
  expect(diagnostics[0]).not.toHaveProperty('span');
});

test('an old name is told about once, a line in a file included twice too', () => {
  const reading = read({ '/c': 'lxc.include = /d\nlxc.include = /d', '/d': 'lxc.aa_profile = a\nlxc.aa_profile = b\nlxc.autodev = x' });
  expect(codes(reading)).toEqual(['HF111', 'HF120']);
});

test('help for keys of no meaning ends, the errors do not', () => {
  const { diagnostics } = read({ '/c': 'lxc.cap.dorp = x\n'.repeat(1000) });
  expect(diagnostics.length).toBe(1000);
  expect(diagnostics.filter(({ data }) => data['suggestion'] !== '').length).toBe(200);
});
