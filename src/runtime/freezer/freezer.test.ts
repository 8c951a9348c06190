// Freezing against kernels that do as they are told, late, or never.

import { expect, test } from 'vitest';
import { type Freezer, type FreezerFiles, freezersOf, freezerState, worstState } from './groups.ts';
import { freezeWith, thawWith } from './index.ts';

/** A group whose freezer takes `steps` of 5 ms to stop everything; Infinity: it never does. */
function kernel(version: 1 | 2, steps: number, files: Record<string, string> = {}) {
  const texts: Record<string, string> =
    version === 1 ? { '/g/freezer.state': 'THAWED\n', ...files } : { '/g/cgroup.freeze': '0\n', '/g/cgroup.events': 'populated 1\nfrozen 0\n', ...files };
  const written: string[] = [];
  let time = 0;
  let left = Infinity;
  const settle = () => {
    if (version === 1) texts['/g/freezer.state'] = left <= 0 ? 'FROZEN\n' : 'FREEZING\n';
    else texts['/g/cgroup.events'] = `populated 1\nfrozen ${left <= 0 ? 1 : 0}\n`;
  };
  const fake: FreezerFiles = {
    read: (path) => texts[path] ?? null,
    write(path, text) {
      written.push(`${path} ${text}`);
      texts[path] = `${text}\n`;
      left = text === 'FROZEN' || text === '1' ? steps : Infinity;
      if (left < Infinity || steps === Infinity) settle();
      if (text === 'THAWED') texts[path] = 'THAWED\n';
      if (text === '0') texts['/g/cgroup.events'] = 'populated 1\nfrozen 0\n';
    },
    sleep(milliseconds) {
      time += milliseconds;
      left -= 1;
      if (left <= 0) settle();
      return Promise.resolve();
    },
    now: () => time,
  };
  const freezer: Freezer = { version, group: '/g' };
  return { fake, freezer, written, texts, elapsed: () => time };
}
const holders = () => ['12 (dd, state D, in folio_wait)'];

for (const version of [1, 2] as const) {
  const [frozen, thawed] = version === 1 ? ['/g/freezer.state FROZEN', '/g/freezer.state THAWED'] : ['/g/cgroup.freeze 1', '/g/cgroup.freeze 0'];

  test(`version ${version}: one write, and a wait until the kernel says that it is frozen`, async () => {
    const { fake, freezer, written, elapsed } = kernel(version, 7);
    await freezeWith('web', freezer, fake, { seconds: 10, holders });
    expect(written).toEqual([frozen]);
    expect(freezerState(freezer, fake)).toBe('frozen');
    expect(elapsed()).toBe(35);
    await thawWith('web', freezer, fake);
    expect(written).toEqual([frozen, thawed]);
    await thawWith('web', freezer, fake);
    expect(written).toHaveLength(2);
  });

  test(`version ${version}: a freeze that does not end is taken back, and says who did not stop`, async () => {
    const { fake, freezer, written, elapsed } = kernel(version, Infinity);
    const failing = freezeWith('web', freezer, fake, { seconds: 3, holders });
    await expect(failing).rejects.toMatchObject({
      code: 'cannot-freeze',
      message: `web cannot be frozen: after 3 seconds ${version === 1 ? 'not all of these had stopped' : 'these had not stopped'}: 12 (dd, state D, in folio_wait); it was thawed again`,
    });
    expect(written).toEqual([frozen, thawed]);
    expect(elapsed()).toBe(3000);
    expect(freezerState(freezer, fake)).toBe('thawed');
  });

  test(`version ${version}: a container that ends meanwhile is not frozen`, async () => {
    const { fake, freezer, texts } = kernel(version, Infinity);
    const gone: FreezerFiles = {
      ...fake,
      sleep: () => {
        for (const path of Object.keys(texts)) delete texts[path];
        return Promise.resolve();
      },
    };
    await expect(freezeWith('web', freezer, gone, { seconds: 3, holders })).rejects.toMatchObject({ code: 'not-running' });
  });

  test(`version ${version}: thawing says when a group above is what holds it`, async () => {
    const above =
      version === 1 ? { '/a/freezer.self_freezing': '1\n', '/a/b/freezer.self_freezing': '0\n' } : { '/a/cgroup.freeze': '1\n', '/a/b/cgroup.freeze': '0\n' };
    const held: Record<string, string> = { ...above, '/a/b/c/freezer.state': 'FROZEN\n', '/a/b/c/cgroup.events': 'populated 1\nfrozen 1\n' };
    const { fake } = kernel(version, 1);
    const files: FreezerFiles = { ...fake, read: (path) => held[path] ?? null, write: () => undefined };
    await expect(thawWith('web', { version, group: '/a/b/c' }, files)).rejects.toMatchObject({
      code: 'cannot-thaw',
      message: 'web cannot be thawed: the group above it, /a, is frozen',
    });
  });
}

test('a refusal of the kernel is told in words', async () => {
  const { fake, freezer } = kernel(2, 1);
  const refusing: FreezerFiles = {
    ...fake,
    write: () => {
      throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
    },
  };
  await expect(freezeWith('web', freezer, refusing, { seconds: 1, holders })).rejects.toMatchObject({
    code: 'forbidden',
    errno: 'EACCES',
    message: 'web cannot be frozen: the caller may not write to /g',
  });
});

test('the unified freezer comes first; groups of other controllers have none', () => {
  const group = (version: 1 | 2, ...controllers: string[]) => ({ version, controllers, limits: `/${version}` });
  expect(freezersOf([group(1, 'memory'), group(1, 'freezer'), group(2)])).toEqual([
    { version: 2, group: '/2' },
    { version: 1, group: '/1' },
  ]);
  expect(freezersOf([group(1, 'memory')])).toEqual([]);
  expect([worstState([]), worstState(['thawed', null]), worstState(['thawed', 'freezing']), worstState(['freezing', 'frozen'])]).toEqual([
    'thawed',
    'thawed',
    'freezing',
    'frozen',
  ]);
});
