// The embedded container, as root and as an ordinary user: no right, no way to write to the host, no network, no secrets.

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { COMMAND, holdfast, statusLines } from '../support/live.ts';
import { type Define, needing } from '../support/needs.ts';
import { makeOrdinaryUser, type OrdinaryUser } from '../support/ordinary-user.ts';
import { run, type RunResult } from '../support/run.ts';

let user: OrdinaryUser | undefined;
const ordinary = (): OrdinaryUser => (user ??= makeOrdinaryUser());
afterAll(() => user?.remove());

type Run = (script: string, options?: readonly string[]) => Promise<RunResult>;
const words = (script: string, options: readonly string[]): readonly string[] => ['run', ...options, '--', 'sh', '-c', script];

/** Hides the helpers in a mount namespace: then there are no subordinate ids to be had. */
const HIDING = 'for helper in /usr/bin/newuidmap /usr/bin/newgidmap; do [ ! -e $helper ] || mount --bind /dev/null $helper; done; exec "$@"';

const CALLERS: Readonly<Record<string, readonly [Define, Run]>> = {
  root: [needing('root'), (script, options = []) => holdfast(words(script, options))],
  'an ordinary user': [needing('user', 'userns'), (script, options = []) => ordinary().run([process.execPath, COMMAND, ...words(script, options)])],
  'an ordinary user without newuidmap': [
    needing('root', 'user', 'userns'),
    (script, options = []) => {
      const owner = ordinary();
      return run(['unshare', '--mount', 'sh', '-c', HIDING, 'sh', ...owner.command([process.execPath, COMMAND, ...words(script, options)])], {
        env: owner.env,
        cwd: owner.home,
      });
    },
  ],
};

for (const [caller, [it, start]] of Object.entries(CALLERS)) {
  describe(`for ${caller}`, () => {
    it('no capability, no group, no_new_privs, its own namespaces, nothing inherited', async () => {
      const done = await start('cat /proc/self/status; id -u; id -g; readlink /proc/self/ns/*; hostname; env | sort; exit 9');
      expect(done).toMatchObject({ code: 9, stderr: '' });
      const status = statusLines(done.stdout);
      for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) expect(status.get(set), set).toBe('0000000000000000');
      expect([status.get('Groups'), status.get('NoNewPrivs')]).toEqual(['', '1']);
      const tail = done.stdout.split('\n').slice(-20).join('\n');
      for (const kind of ['user', 'mnt', 'pid', 'net', 'ipc', 'uts']) expect(tail).not.toContain(`${kind}:[${statSync(`/proc/self/ns/${kind}`).ino}]`);
      expect(tail).toContain('holdfast\n');
      const env = tail.split('\n').filter((line) => line.includes('='));
      expect(env.map((line) => line.replace(/=.*/, '')).filter((name) => !['PATH', 'PWD', 'TERM', 'container', 'OLDPWD', 'SHLVL', '_'].includes(name))).toEqual(
        [],
      );
    });

    it('its root is not the root of the host', async () => {
      const done = await start('cat /proc/self/uid_map /proc/self/gid_map');
      for (const line of done.stdout.trim().split('\n')) expect(Number(line.trim().split(/ +/)[1]), line).toBeGreaterThan(0);
    });

    it('no directory that is not its own can be written to', async () => {
      const script = [
        // every directory that a write gets into, with the file system it is on
        'find / -xdev -maxdepth 2 -type d 2>/dev/null > /tmp/all; for top in /etc /usr /sys /proc; do find $top -maxdepth 2 -type d 2>/dev/null >> /tmp/all; done',
        'while read dir; do (: > "$dir/.holdfast-probe") 2>/dev/null && echo "$dir"; done < /tmp/all',
      ];
      const done = await start(script.join('\n'));
      const own = /^\/(tmp|run|var|home|root|dev\/shm|dev)(\/|$)/;
      const written = done.stdout.trim().split('\n').filter(Boolean);
      expect(written.filter((path) => !own.test(path))).toEqual([]);
      const probes = (folder: string) => readdirSync(folder).filter((name) => name === '.holdfast-probe');
      for (const folder of ['/', '/tmp', '/run', '/var', '/home', '/root', '/dev/shm', '/dev'].filter((path) => statSync(path, { throwIfNoEntry: false }))) {
        if (folder !== '/root' || process.getuid?.() === 0) expect(probes(folder), folder).toEqual([]);
      }
      expect((await start('echo x > /tmp/file && cat /tmp/file')).stdout).toBe('x\n');
    });

    it('nothing of the host is mounted writable but devices that hold no data', async () => {
      const done = await start('cut -d" " -f4-6 /proc/self/mountinfo; grep -c . /proc/self/mountinfo');
      const bound = done.stdout
        .split('\n')
        .filter((line) => /^\/\S+ \S+ rw/.test(line) && !/^\S+ \/dev\/(null|zero|full|random|urandom|tty|ptmx|console|pts\/\d+) /.test(line));
      expect(bound.filter((line) => !/^\S+ \/proc\//.test(line))).toEqual([]);
    });

    it('secrets stay secret, and the host is not to be changed', async () => {
      const script = [
        'cat /etc/shadow',
        'ls /root /home /var/log /run',
        'echo x >> /etc/passwd',
        'cat /dev/kmsg /dev/mem /dev/vda',
        'mount -t tmpfs x /mnt',
        'hostname other',
        'mknod /tmp/x b 8 0',
      ];
      const done = await start(script.map((line) => `${line} && echo DONE ${line}`).join('\n'));
      expect(done.stdout).not.toMatch(/^root:|DONE (cat|echo|mount|hostname|mknod)/m);
      expect(done.stdout).not.toContain('.bash');
    });

    it('lo is up, and there is nothing else', async () => {
      const done = await start('cut -d: -f1 /proc/net/dev | tail -n +3; cat /sys/class/net/lo/flags; ls /sys/class/net; wc -l < /proc/net/route');
      const [names, flags, links, routes] = done.stdout
        .trim()
        .split('\n')
        .map((line) => line.trim());
      expect([names, links, routes]).toEqual(['lo', 'lo', '1']);
      expect(Number(flags) & 1).toBe(1);
    });

    it('an option changes that one thing', async () => {
      const done = await start('grep -E "CapBnd|NoNew" /proc/self/status; hostname', ['-s', 'lxc.uts.name=other', '-s', 'lxc.no_new_privs=0']);
      expect(done.stdout.replaceAll('\t', ' ')).toBe('CapBnd: 0000000000000000\nNoNewPrivs: 0\nother\n');
    });
  });
}

needing('user', 'userns')('the launcher that later starts use cannot be reached from inside (CVE-2019-5736)', async () => {
  const script = 'chmod 4777 /proc/1/exe; touch -d 2001-01-01 /proc/1/exe; echo x >> /proc/1/exe; chmod 0 /proc/1/exe';
  const start = () => ordinary().run([process.execPath, COMMAND, 'run', '--', 'sh', '-c', script]);
  await start();
  const kept = join(ordinary().home, '.cache/holdfast/launchers');
  const files = () =>
    readdirSync(kept).map((name) => ({ name, mode: statSync(join(kept, name)).mode & 0o7777, year: statSync(join(kept, name)).mtime.getFullYear() }));
  expect(files().length).toBeGreaterThan(0);
  expect(files().filter(({ mode, year }) => mode !== 0o500 || year === 2001)).toEqual([]);
  expect((await start()).code).not.toBe(125);
});
