// Landlock as a process under it meets it: root with every capability, an init that is not root, those who attach, ordinary users.

import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { startContainer, type TestContainer } from '../support/container.ts';
import { COMMAND, containers, holdfast, startDetached } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { makeOrdinaryUser, type OrdinaryUser } from '../support/ordinary-user.ts';

const it = needing('root', 'busybox', 'landlock');
const make = containers();
let user: OrdinaryUser | undefined;
const ordinary = (): OrdinaryUser => (user ??= makeOrdinaryUser());
afterAll(() => user?.remove());

/** Each attempt alone in a shell: `NAME ok` or `NAME no`. */
const trying = (attempts: Readonly<Record<string, string>>): string =>
  Object.entries(attempts)
    .map(([name, command]) => `if (${command}) > /dev/null 2>&1; then echo '${name} ok'; else echo '${name} no'; fi`)
    .join('\n');

const verdicts = (stdout: string) =>
  Object.fromEntries(
    stdout
      .trim()
      .split('\n')
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), line.slice(line.lastIndexOf(' ') + 1)]),
  );

/** What root with every capability may do without a ruleset in this container, and may not under the default one. */
const CLOSED = {
  'write its own name': 'echo x > /proc/self/comm',
  'write a sysctl of its namespace': 'echo 1 > /proc/sys/net/ipv4/ip_forward',
  'write /sys': 'echo 0 > /sys/kernel/mm/ksm/run',
  'mount a new file system': 'mount -t tmpfs t /mnt',
  'bind a directory': 'mount --bind /etc /mnt',
  unmount: 'umount -l /dev/pts',
  'mount in a namespace of its own': 'unshare -m mount -t tmpfs t /mnt',
  'make a device node': 'mknod /tmp/mem c 1 1',
  'make a directory beside the known ones': 'mkdir /elsewhere',
  'write through a link to /proc': 'ln -s /proc/self/comm /tmp/link && echo x > /tmp/link',
  'write by /proc/self/root': 'echo x > /proc/self/root/proc/self/comm',
  'write by a descriptor of /proc': 'cd /proc/self && echo x > comm',
  'make a file in /dev': 'echo x > /dev/file',
};
/** What both allow. */
const OPEN = {
  'write where files belong': 'echo x > /etc/x && echo x > /var/y && mkdir -p /home/z && mv /etc/x /home/z && rm /home/z/x',
  'rename between directories': 'echo x > /tmp/a && mkdir -p /var/b && mv /tmp/a /var/b/a',
  'execute programs': '/bin/busybox true',
  'write to /dev/null': 'echo x > /dev/null',
  'read /proc': 'cat /proc/self/status',
  'make a fifo': 'mkfifo /tmp/fifo',
};

const script = trying({ ...CLOSED, ...OPEN });
const LINES = ['lxc.mount.auto = ', 'lxc.mount.auto = proc:rw sys:rw', 'lxc.cap.drop ='];

describe('the default', () => {
  it('takes from root with every capability what it has without', async () => {
    const without = make(LINES, script);
    mkdirs(without);
    const all = {
      ...Object.fromEntries(Object.keys(CLOSED).map((name) => [name, 'ok'])),
      ...Object.fromEntries(Object.keys(OPEN).map((name) => [name, 'ok'])),
    };
    expect(verdicts((await startContainer(without)).stdout)).toEqual(all);
    const under = make([...LINES, 'holdfast.landlock = default'], script);
    mkdirs(under);
    const done = await startContainer(under);
    expect(done.stderr).toBe('');
    expect(verdicts(done.stdout)).toEqual({ ...all, ...Object.fromEntries(Object.keys(CLOSED).map((name) => [name, 'no'])) });
  });

  for (const [kind, lines] of [
    ['user 1000', ['lxc.init.uid = 1000', 'lxc.init.gid = 1000']],
    ['user 1000 without privileges to gain', ['lxc.init.uid = 1000', 'lxc.no_new_privs = 1']],
    ['a mapped root', ['lxc.idmap = u 0 100000 65536', 'lxc.idmap = g 0 100000 65536']],
    ['a mapped user', ['lxc.idmap = u 0 100000 65536', 'lxc.idmap = g 0 100000 65536', 'lxc.init.uid = 7']],
    ['a filtered one', ['lxc.seccomp.profile = $HERE/policy', 'lxc.no_new_privs = 1']],
  ] as const) {
    it(`binds ${kind}`, async () => {
      const container = make(
        [...lines, 'holdfast.landlock = default'],
        trying({ comm: 'echo x > /proc/self/comm', tmp: 'echo x > /tmp/x', read: 'cat /proc/self/comm' }),
      );
      writeFileSync(join(container.lxcpath, container.name, 'policy'), '2\ndenylist\nkexec_load errno 1\n');
      mkdirs(container);
      const done = await startContainer(container);
      expect(done).toMatchObject({ code: 0, stderr: '' });
      expect(verdicts(done.stdout)).toEqual({ comm: 'no', tmp: 'ok', read: 'ok' });
    });
  }

  for (const lines of [
    ['lxc.init.uid = 1000', 'lxc.init.gid = 1000'],
    ['lxc.idmap = u 0 100000 65536', 'lxc.idmap = g 0 100000 65536'],
  ]) {
    it(`binds those who attach to a container with ${lines[0]}`, async () => {
      const container = make([...lines, 'holdfast.landlock = default'], 'exec sleep 60');
      mkdirs(container);
      await startDetached(container);
      const done = await holdfast(['attach', container.name, '--', 'sh', '-c', trying({ comm: 'echo x > /proc/self/comm', tmp: 'echo x > /tmp/x' })]);
      expect(done).toMatchObject({ code: 0, stderr: '' });
      expect(verdicts(done.stdout)).toEqual({ comm: 'no', tmp: 'ok' });
    });
  }

  it('binds those who attach, and keeps them from what is outside of it', async () => {
    const container = make(['holdfast.landlock = default'], 'exec sleep 60');
    mkdirs(container);
    await startDetached(container);
    const attempts = trying({ comm: 'echo x > /proc/self/comm', mount: 'mount -t tmpfs t /mnt', tmp: 'echo x > /tmp/x' });
    const done = await holdfast(['attach', container.name, '--', 'sh', '-c', attempts]);
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(verdicts(done.stdout)).toEqual({ comm: 'no', mount: 'no', tmp: 'ok' });
  });
});

describe('a file of rules', () => {
  const ruled = (rules: string, init: string, lines: readonly string[] = []): TestContainer => {
    const container = make([...lines, 'holdfast.landlock = $HERE/rules'], init);
    writeFileSync(join(container.lxcpath, container.name, 'rules'), rules);
    mkdirs(container);
    return container;
  };

  it('is all that may be done', async () => {
    const attempts = {
      tmp: 'echo x > /tmp/x',
      var: 'echo x > /var/x',
      etc: 'cat /etc/passwd',
      home: 'ls /home',
      null: 'echo x > /dev/null',
      node: 'mknod /tmp/n c 1 3',
    };
    // No redirection to /dev/null here but where it is tried.
    const text = Object.entries(attempts).map(([name, command]) => `if (${command}) >/tmp/out 2>&1; then echo '${name} ok'; else echo '${name} no'; fi`);
    const done = await startContainer(
      ruled('read /bin /lib -/lib64 -/usr /init /home\nallow make_char,write_file,make_reg,truncate,read_file /tmp\n', text.join('\n')),
    );
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(verdicts(done.stdout)).toEqual({ tmp: 'ok', var: 'no', etc: 'no', home: 'ok', null: 'no', node: 'ok' });
  });

  it('names the TCP ports that may be connected to', async () => {
    const servers = await Promise.all([listen(), listen()]);
    try {
      const [open = 0, closed = 0] = servers.map(({ port }) => port);
      const init = trying({ open: `nc 127.0.0.1 ${open} < /dev/null`, closed: `nc 127.0.0.1 ${closed} < /dev/null` });
      const done = await startContainer(ruled(`read /\nuse /dev/null\nconnect ${open}\n`, init, ['lxc.net.0.type = none', 'lxc.namespace.keep = net']));
      expect(verdicts(done.stdout)).toEqual({ open: 'ok', closed: 'no' });
    } finally {
      for (const { server } of servers) server.close();
    }
  });

  it('keeps signals inside where it says so, also without a PID namespace', async () => {
    const rules = 'read /\nuse /dev/null\n';
    const init = trying({ outside: `kill -0 ${process.pid}`, inside: 'kill -0 $$' });
    const shared = ['lxc.namespace.keep = pid'];
    expect(verdicts((await startContainer(ruled(rules, init, shared))).stdout)).toEqual({ outside: 'ok', inside: 'ok' });
    expect(verdicts((await startContainer(ruled(`${rules}scope signal`, init, shared))).stdout)).toEqual({ outside: 'no', inside: 'ok' });
  });

  it('that names a missing path stops the start, with the step and what to do', async () => {
    const done = await startContainer(ruled('read / /no/such\n', 'exit 0'));
    expect(done.code).not.toBe(0);
    expect(done.stderr).toContain(
      "No such file or directory (ENOENT): a path that is to be opened up is not in the container; '-' in front of it says that it need not be",
    );
  });

  it('is not led elsewhere by links in the container', async () => {
    const init = trying({ comm: 'echo x > /proc/self/comm', etc: 'echo x > /etc/x' });
    const under = (path: string) => {
      const container = ruled(`read /\nuse /dev/null\nwrite ${path}\n`, init);
      symlinkSync('/', join(container.rootfs, 'all'));
      symlinkSync('/proc', join(container.rootfs, 'kernel'));
      return startContainer(container);
    };
    for (const path of ['-/all', '-/kernel', '-/all/etc', '-/all/proc/self'])
      expect(verdicts((await under(path)).stdout), path).toEqual({ comm: 'no', etc: 'no' });
    const asked = await under('/all/etc');
    expect(asked.code).not.toBe(0);
    expect(asked.stderr).toContain('write the path that it leads to');
  });

  it('that does not let init be executed stops the start', async () => {
    const done = await startContainer(ruled('read /etc\n', 'exit 0'));
    expect(done.code).not.toBe(0);
    expect(done.stderr).toContain('execute /init: Permission denied');
  });

  it('with a fault is refused at its line, and nothing starts', async () => {
    const container = ruled('read /\nwirte /tmp\n', 'touch /tmp/started');
    const done = await holdfast(['run', '-P', container.lxcpath, container.name]);
    expect(done.code).not.toBe(0);
    expect(done.stderr).toMatch(/rules:2:1.*'wirte' is no word of this language/s);
  });
});

describe('the embedded container', () => {
  const attempts = trying({ comm: 'echo x > /proc/self/comm', score: 'echo 1 > /proc/self/oom_score_adj', tmp: 'echo x > /tmp/x', null: 'echo x > /dev/null' });

  it('has the default, for root', async () => {
    const done = await holdfast(['run', '--', 'sh', '-c', attempts]);
    expect(verdicts(done.stdout)).toEqual({ comm: 'no', score: 'no', tmp: 'ok', null: 'ok' });
  });

  needing(
    'user',
    'userns',
    'landlock',
  )('has it for an ordinary user', async () => {
    const done = await ordinary().run([process.execPath, COMMAND, 'run', '--', 'sh', '-c', attempts]);
    expect(verdicts(done.stdout)).toEqual({ comm: 'no', score: 'no', tmp: 'ok', null: 'ok' });
  });

  it('can be had without', async () => {
    const done = await holdfast(['run', '-s', 'holdfast.landlock=none', '--', 'sh', '-c', attempts]);
    expect(verdicts(done.stdout)).toEqual({ comm: 'ok', score: 'ok', tmp: 'ok', null: 'ok' });
  });
});

/** Writable by everybody, so that only the ruleset is in the way. */
function mkdirs({ rootfs }: TestContainer): void {
  for (const name of ['etc', 'var', 'usr', 'tmp', 'mnt', 'home', 'lib']) {
    mkdirSync(join(rootfs, name), { recursive: true });
    chmodSync(join(rootfs, name), 0o1777);
  }
  writeFileSync(join(rootfs, 'etc', 'passwd'), 'root:x:0:0::/:/bin/sh\n');
}

function listen(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer((socket) => socket.end('hello\n'));
  return new Promise((done) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      done({ server, port: typeof address === 'object' && address !== null ? address.port : 0 });
    });
  });
}
