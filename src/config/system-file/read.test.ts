import { expect, test } from 'vitest';
import { diagnosticText } from '../../model/diagnostic.ts';
import { readSystemFile } from './read.ts';

/** Values, and findings as `CODE line:column+length message / help`. */
function read(text: string): { readonly values: Readonly<Record<string, string>>; readonly found: readonly string[] } {
  const { settings, diagnostics } = readSystemFile('f', text);
  return {
    values: Object.fromEntries(Object.entries(settings).map(([key, { value }]) => [key, value])),
    found: diagnostics.map((one) => {
      const { message, help } = diagnosticText(one);
      return `${one.code} ${one.span?.line}:${one.span?.column}+${one.span?.length} ${message}${help && ` / ${help}`}`;
    }),
  };
}

test('reads values, paths without repeated slashes', () => {
  expect(read('# all\n\nlxc.lxcpath = /srv//lxc/\n  lxc.cgroup.pattern=lxc/%n  \n')).toEqual({
    values: { 'lxc.lxcpath': '/srv/lxc', 'lxc.cgroup.pattern': 'lxc/%n' },
    found: [],
  });
});

test('the first line holds, also an empty one', () => {
  expect(read('lxc.lxcpath = /a\nlxc.lxcpath = /b')).toEqual({
    values: { 'lxc.lxcpath': '/a' },
    found: ['HF147 2:1+11 lxc.lxcpath is set by line 1 already, and as in LXC the first one holds / remove this line, or that one'],
  });
  expect(read('lxc.cgroup.pattern =\n').values).toEqual({ 'lxc.cgroup.pattern': '' });
  expect(read('lxc.lxcpath =\n').found).toEqual(["HF148 1:14+1 '' is no value for lxc.lxcpath: expected a path that begins with '/'"]);
});

test('names what LXC would skip in silence', () => {
  expect(read('  lxc.lxcpth = /a\nlxcpath = /a\nlxc.lxcpath /a\nlxc.uts.name = web').found).toEqual([
    "HF146 1:3+10 'lxc.lxcpth' is no key of lxc.conf: LXC would silently ignore this line / did you mean 'lxc.lxcpath'?",
    expect.stringMatching(/^HF146 2:1\+12 'lxcpath = \/a' is no key of lxc.conf: .* \/ there are lxc.lxcpath, /),
    "HF103 3:1+14 there is no '=' in 'lxc.lxcpath /a'",
    "HF146 4:1+12 'lxc.uts.name' is no key of lxc.conf: LXC would silently ignore this line / it belongs in a container's configuration",
  ]);
});

test('a path that is none is refused with its quotes, which LXC keeps too', () => {
  expect(read('lxc.lxcpath = "/a b"').found).toEqual(["HF148 1:15+6 '\"/a b\"' is no value for lxc.lxcpath: expected a path that begins with '/'"]);
  expect(read('lxc.lxcpath = srv').found).toEqual(["HF148 1:15+3 'srv' is no value for lxc.lxcpath: expected a path that begins with '/'"]);
});

test('says what has no effect', () => {
  expect(read('lxc.bdev.zfs.root = tank').found).toEqual(["HF144 1:1+17 'lxc.bdev.zfs.root' has no effect: a new container is a directory"]);
});
