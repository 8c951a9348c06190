// holdfast config get: values, families, origins, JSON, and its exit codes. What LXC says of the same is in test/peer/config-get.peer.test.ts.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { holdfast } from '../support/live.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-get-'));
  const write = (name: string, text: string) => {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'config'), text);
  };
  writeFileSync(join(folder, 'more.conf'), 'lxc.cap.drop = kill\nlxc.mount.auto = proc:rw\n');
  write('web', `lxc.include = ${folder}/more.conf\nlxc.cap.drop = chown\nlxc.mount.auto = sys\nlxc.net.0.type = empty\nlxc.net.0.flags = up\n`);
  write('broken', 'lxc.cap.drop = nothing\nlxc.tty.max = 1\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const get = async (...words: string[]) => {
  const { code, stdout, stderr } = await holdfast(['config', 'get', '-P', folder, ...words]);
  return { code, stdout: stdout.replaceAll(folder, 'DIR'), stderr: stderr.replaceAll(folder, 'DIR') };
};

// biome-ignore format: a case is a line
test.each<readonly [words: string, code: number, stdout: string]>([
  ['web lxc.cap.drop', 0, 'lxc.cap.drop = kill\nlxc.cap.drop = chown\n'],
  ['web lxc.mount.auto lxc.net.0', 0, 'lxc.mount.auto = proc:rw sys:mixed\nlxc.net.0.type = empty\nlxc.net.0.flags = up\n'],
  ['web --origin lxc.mount.auto', 0, 'lxc.mount.auto = proc:rw\t# DIR/more.conf:2\nlxc.mount.auto = sys:mixed\t# DIR/web/config:3\n'],
  ['-n web -s lxc.tty.max=3 --origin lxc.tty.max', 0, 'lxc.tty.max = 3\t# -s lxc.tty.max=3\n'],
  ['web lxc.autodev lxc.uts.name', 1, 'lxc.autodev = 1\nlxc.uts.name =\n'],
  ['web', 0, 'lxc.cap.drop = kill\nlxc.cap.drop = chown\nlxc.mount.auto = proc:rw sys:mixed\nlxc.net.0.type = empty\nlxc.net.0.flags = up\n'],
])('%s', async (words, code, stdout) => {
  expect(await get(...words.split(' '))).toEqual({ code, stdout, stderr: '' });
});

test('-f FILE, and JSON', async () => {
  const { code, stdout } = await get('-f', join(folder, 'more.conf'), '--json', 'lxc.cap.drop', 'lxc.cap.keep');
  expect(JSON.parse(stdout)).toEqual([
    { key: 'lxc.cap.drop', set: true, values: [{ key: 'lxc.cap.drop', value: 'kill', origin: 'DIR/more.conf:1' }] },
    { key: 'lxc.cap.keep', set: false, values: [] },
  ]);
  expect(code).toBe(1);
});

// biome-ignore format: a case is a line
test.each<readonly [words: string, code: number, stderr: string]>([
  ['web lxc.cap.dorp', 2, "holdfast: unknown key 'lxc.cap.dorp'; did you mean 'lxc.cap.drop'?\n"],
  ['web lxc.cap', 2, "holdfast: unknown key 'lxc.cap'; 'lxc.cap.*' is all keys that begin so\n"],
  ['web lxc.include', 2, 'holdfast: lxc.include has no value of its own: its lines are replaced by the files they name; --origin shows those\n'],
  ['lxc.cap.drop', 2, "holdfast: 'lxc.cap.drop' is a key: name the container in front of it, or a configuration with -f FILE\n"],
  ['nothing lxc.cap.drop', 1, 'holdfast: there is no container nothing: DIR/nothing/config does not exist; -P DIR looks in another directory, -f FILE takes a file\n'],
])('%s: an error', async (words, code, stderr) => {
  expect(await get(...words.split(' '))).toEqual({ code, stdout: '', stderr });
});

test('nothing is printed of a configuration with an error', async () => {
  const { code, stdout, stderr } = await get('broken', 'lxc.tty.max');
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('DIR/broken/config:1:16: error HF123');
});
