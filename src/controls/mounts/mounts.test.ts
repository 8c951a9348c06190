import { describe, expect, test } from 'vitest';
import type { HostFacts } from '../../model/host.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import type { Step } from '../../model/step.ts';
import { INIT_PHASES } from '../../model/step.ts';
import { aHost, alice, findingLines, ids, line, net, set } from '../namespaces/testing.ts';
import { containerTtys, mounts } from './index.ts';
import { auto, brief, busybox, entry } from './testing.ts';

const steps = (spec: ContainerSpec, host: HostFacts = aHost()): readonly Step[] => mounts.compile(spec, host).steps;
const findings = (spec: ContainerSpec, host: HostFacts) => findingLines(mounts.compile(spec, host).diagnostics);
const titles = (made: readonly Step[]) => made.map(({ phase, what }) => `${phase}: ${what}`);
const inPhase = (phase: string, made: readonly Step[]) => made.filter((step) => step.phase === phase);
const mapped = [ids('u 0 100000 65536'), ids('g 0 100000 65536')];

describe('the root file system of a mapped container', () => {
  test('is opened while init is the caller, and then cut from the host like all its mounts', () => {
    const made = steps(busybox({ idmap: mapped }));
    expect(brief([...inPhase('reach', made), ...inPhase('root', made)])).toEqual([
      'reach: open /srv/web as who starts it',
      '  open_tree at_fdcwd /srv/web at_recursive -> $root',
      'root: take /srv/web as the root file system',
      '  mount_setattr $root at_recursive propagation=private',
      '  move_mount $root at_fdcwd /',
    ]);
    expect(INIT_PHASES.indexOf('reach')).toBeLessThan(INIT_PHASES.indexOf('user'));
  });
  test('is left to the monitor where it has a map of its own', () => {
    const root = { kind: 'dir', path: '/srv/web', readOnly: false, idmap: set({ of: 'container' } as const, 2), why: line(2) } as const;
    expect(inPhase('reach', steps(busybox({ idmap: mapped, root })))).toEqual([]);
  });
});

describe('a container of root', () => {
  test('the whole plan, call by call', () => {
    expect(brief(steps(busybox()))).toMatchInlineSnapshot(`
      [
        "private: cut the mounts off from the host's",
        "  mount_setattr at_fdcwd / at_recursive propagation=private",
        "root: take /srv/web as the root file system",
        "  open_tree at_fdcwd /srv/web at_recursive -> $root",
        "  move_mount $root at_fdcwd /",
        "dev: mount an empty file system on /dev",
        "  mkdirat $root dev 493",
        "  openat2 $root dev -> $dev.target",
        "  fsopen tmpfs -> $dev.context",
        "  fsconfig $dev.context set_string mode 0755",
        "  fsconfig $dev.context set_string size 500000",
        "  fsconfig $dev.context cmd_create",
        "  fsmount $dev.context nosuid -> $dev",
        "  move_mount $dev $dev.target",
        "auto: mount proc on /proc",
        "  mkdirat $root proc 493",
        "  openat2 $root proc -> $proc.target",
        "  fsopen proc -> $proc.context",
        "  fsconfig $proc.context set_string source proc",
        "  fsconfig $proc.context cmd_create",
        "  fsmount $proc.context nosuid|nodev|noexec -> $proc",
        "  move_mount $proc $proc.target",
        "auto: mount sysfs on /sys, read-only",
        "  mkdirat $root sys 493",
        "  openat2 $root sys -> $sys.target",
        "  fsopen sysfs -> $sys.context",
        "  fsconfig $sys.context set_string source sysfs",
        "  fsconfig $sys.context cmd_create",
        "  fsmount $sys.context rdonly|nosuid|nodev|noexec -> $sys",
        "  move_mount $sys $sys.target",
        "nodes: make the devices null, zero, full, random, urandom, tty",
        "  mknodat $dev null s_ifchr|s_irusr|s_iwusr|s_irgrp|s_iwgrp|s_iroth|s_iwoth 259",
        "  mknodat $dev zero s_ifchr|s_irusr|s_iwusr|s_irgrp|s_iwgrp|s_iroth|s_iwoth 261",
        "  mknodat $dev full s_ifchr|s_irusr|s_iwusr|s_irgrp|s_iwgrp|s_iroth|s_iwoth 263",
        "  mknodat $dev random s_ifchr|s_irusr|s_iwusr|s_irgrp|s_iwgrp|s_iroth|s_iwoth 264",
        "  mknodat $dev urandom s_ifchr|s_irusr|s_iwusr|s_irgrp|s_iwgrp|s_iroth|s_iwoth 265",
        "  mknodat $dev tty s_ifchr|s_irusr|s_iwusr|s_irgrp|s_iwgrp|s_iroth|s_iwoth 1280",
        "nodes: mount a devpts of its own on /dev/pts",
        "  mkdirat $dev pts 493",
        "  openat2 $root dev/pts -> $devpts.target",
        "  fsopen devpts -> $devpts.context",
        "  fsconfig $devpts.context set_string source devpts",
        "  fsconfig $devpts.context set_flag newinstance",
        "  fsconfig $devpts.context set_string gid 5",
        "  fsconfig $devpts.context set_string ptmxmode 0666",
        "  fsconfig $devpts.context set_string mode 0620",
        "  fsconfig $devpts.context set_string max 2",
        "  fsconfig $devpts.context cmd_create",
        "  fsmount $devpts.context nosuid|noexec -> $devpts",
        "  move_mount $devpts $devpts.target",
        "nodes: bind /dev/pts/ptmx on /dev/ptmx",
        "  mknodat $dev ptmx s_ifreg",
        "  openat2 $root dev/ptmx -> $ptmx.target",
        "  open_tree $devpts ptmx -> $ptmx",
        "  move_mount $ptmx $ptmx.target",
        "nodes: connect /dev/console to the monitor",
        "  mknodat $dev console s_ifreg",
        "  openat2 $root dev/console -> $console.target",
        "  <console>",
        "nodes: link fd, stdin, stdout, stderr in /dev",
        "  symlinkat /proc/self/fd $dev fd",
        "  symlinkat /proc/self/fd/0 $dev stdin",
        "  symlinkat /proc/self/fd/1 $dev stdout",
        "  symlinkat /proc/self/fd/2 $dev stderr",
        "seal-mounts: make /proc/sys read-only, but not /proc/sys/net",
        "  open_tree $proc sys/net at_recursive -> $proc.sys.net",
        "  open_tree $proc sys at_recursive -> $proc.sys",
        "  mount_setattr $proc.sys attr_set=rdonly",
        "  openat2 $root proc/sys -> $proc.sys.target",
        "  move_mount $proc.sys $proc.sys.target",
        "  openat2 $root proc/sys/net -> $proc.sys.net.target",
        "  move_mount $proc.sys.net $proc.sys.net.target",
        "seal-mounts: make /proc/sysrq-trigger read-only, where there is one",
        "  open_tree $proc sysrq-trigger at_recursive -> $proc.sysrq (else skip: ENOENT)",
        "  mount_setattr $proc.sysrq attr_set=rdonly",
        "  openat2 $root proc/sysrq-trigger -> $proc.sysrq.target",
        "  move_mount $proc.sysrq $proc.sysrq.target",
        "seal-mounts: give the container a boot id of its own",
        "  openat $proc sys/kernel/random/uuid o_rdonly -> $boot-id.source (else skip: ENOENT)",
        "  read $boot-id.source &boot-id.text 37",
        "  openat $dev .boot-id o_wronly|o_creat|o_excl 292 -> $boot-id.file (else skip: ENOENT)",
        "  write $boot-id.file &boot-id.text 37",
        "  open_tree $dev .boot-id -> $boot-id (else skip: ENOENT)",
        "  mount_setattr $boot-id attr_set=rdonly|nosuid|nodev|noexec",
        "  openat2 $root proc/sys/kernel/random/boot_id -> $boot-id.target",
        "  move_mount $boot-id $boot-id.target",
        "  unlinkat $dev .boot-id",
        "pivot: make the new root file system the root, and take the host's away",
        "  fchdir $root",
        "  pivot_root . .",
        "  umount2 . mnt_detach",
        "  chdir /",
        "pivot: let mounts propagate inside the container",
        "  mount_setattr at_fdcwd / at_recursive propagation=shared",
      ]
    `);
  });

  test('the steps come in the order of the phases', () => {
    const ranks = steps(busybox()).map(({ phase }) => INIT_PHASES.findIndex((one) => one === phase));
    expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
  });

  test('a path inside the container is only ever resolved by openat2 without links', () => {
    const calls = steps(busybox({ mounts: [entry('/a b/c none bind,create=dir')] })).flatMap(({ actions }) => actions);
    const opened = calls.filter((action) => 'sys' in action && action.sys === 'openat2');
    expect(opened.length).toBeGreaterThan(8);
    for (const action of opened) expect(JSON.stringify(action)).toContain('"RESOLVE_IN_ROOT","RESOLVE_NO_MAGICLINKS","RESOLVE_NO_SYMLINKS"');
    const made = calls.filter((action) => 'sys' in action && ['mkdirat', 'mknodat', 'symlinkat'].includes(action.sys));
    for (const action of made) {
      const name = 'sys' in action ? action.args[action.sys === 'symlinkat' ? 2 : 1] : undefined;
      expect(name).toMatchObject({ text: expect.stringMatching(/^[^/]+$/) as unknown });
    }
  });

  test('a read-only root is closed below at once and on itself at the end', () => {
    const made = steps(busybox({ root: { kind: 'dir', path: '/srv/web', readOnly: true, why: line(2) } }));
    expect(brief(inPhase('root', made))).toMatchInlineSnapshot(`
      [
        "root: take /srv/web as the root file system",
        "  open_tree at_fdcwd /srv/web at_recursive -> $root",
        "  mount_setattr $root at_recursive attr_set=rdonly",
        "  mount_setattr $root attr_clr=rdonly",
        "  move_mount $root at_fdcwd /",
      ]
    `);
    expect(brief(made).slice(-10)).toMatchInlineSnapshot(`
      [
        "  unlinkat $dev .boot-id",
        "seal-mounts: make the root file system read-only",
        "  mount_setattr $root attr_set=rdonly",
        "pivot: make the new root file system the root, and take the host's away",
        "  fchdir $root",
        "  pivot_root . .",
        "  umount2 . mnt_detach",
        "  chdir /",
        "pivot: let mounts propagate inside the container",
        "  mount_setattr at_fdcwd / at_recursive propagation=shared",
      ]
    `);
  });

  test('an overlay', () => {
    const root = { kind: 'overlay' as const, lower: ['/srv/a:b', '/srv/c'], upper: '/srv/up', work: '/srv/work', readOnly: false, why: line(2) };
    expect(brief(inPhase('root', steps(busybox({ root }))))).toMatchInlineSnapshot(`
      [
        "root: take /srv/up over /srv/a:b over /srv/c as the root file system",
        "  mkdirat at_fdcwd /srv/work 448",
        "  fsopen overlay -> $root.context",
        "  fsconfig $root.context set_string source overlay",
        "  fsconfig $root.context set_string lowerdir /srv/a\\:b:/srv/c",
        "  fsconfig $root.context set_string upperdir /srv/up",
        "  fsconfig $root.context set_string workdir /srv/work",
        "  fsconfig $root.context cmd_create",
        "  fsmount $root.context -> $root",
        "  move_mount $root at_fdcwd /",
      ]
    `);
    expect(brief(inPhase('root', steps(busybox({ root, idmap: mapped })))).at(-4)).toBe('  fsconfig $root.context set_flag userxattr');
  });

  test('many layers go one by one where the kernel takes them so, and are refused where not', () => {
    const lower = ['a', 'b'].map((name) => `/srv/${name.repeat(200)}`);
    const spec = busybox({ root: { kind: 'overlay', lower, upper: '/up', work: '/work', readOnly: false, why: line(2) } });
    expect(brief(steps(spec)).filter((text) => text.includes('lowerdir'))).toEqual(
      lower.map((path) => `  fsconfig $root.context set_string lowerdir+ ${path}`),
    );
    expect(findings(spec, aHost({ kernel: { release: '6.1', major: 6, minor: 1 } }))).toMatchInlineSnapshot(`
      [
        "HF403 error :2: the overlay's lowerdir has 411 bytes; the kernel takes 255 / use shorter paths, or fewer layers (Linux 6.7 takes layers one by one)",
      ]
    `);
  });
});

describe('namespaces decide', () => {
  test('in a user namespace the devices are bound, and the terminals have group 5 where it is mapped', () => {
    const made = steps(busybox({ idmap: mapped }));
    expect(titles(inPhase('nodes', made))).toMatchInlineSnapshot(`
      [
        "nodes: bind the host's /dev/null",
        "nodes: bind the host's /dev/zero",
        "nodes: bind the host's /dev/full",
        "nodes: bind the host's /dev/random",
        "nodes: bind the host's /dev/urandom",
        "nodes: bind the host's /dev/tty",
        "nodes: mount a devpts of its own on /dev/pts",
        "nodes: bind /dev/pts/ptmx on /dev/ptmx",
        "nodes: connect /dev/console to the monitor",
        "nodes: link fd, stdin, stdout, stderr in /dev",
      ]
    `);
    expect(brief(made)).toContain('  fsconfig $devpts.context set_string gid 5');
    expect(brief(steps(busybox(), alice())).filter((text) => text.includes('gid'))).toEqual([]);
  });

  test('a root without CAP_MKNOD binds them too', () => {
    const without = aHost({ capabilities: { effective: 0xffffffffffn & ~(1n << 27n), bounding: 0n } });
    expect(titles(steps(busybox(), without))).toContain("nodes: bind the host's /dev/null");
  });

  test('a user namespace without PID and network namespaces sees the /proc and /sys of the host', () => {
    const spec = busybox({ idmap: mapped, namespaces: { mode: 'keep', names: ['pid', 'net'], why: line(5) }, network: [net('none')] });
    expect(brief(inPhase('auto', steps(spec)))).toMatchInlineSnapshot(`
      [
        "auto: mount proc on /proc",
        "  mkdirat $root proc 493",
        "  openat2 $root proc -> $proc.target",
        "  open_tree at_fdcwd /proc at_recursive -> $proc",
        "  mount_setattr $proc at_recursive attr_set=nosuid|nodev|noexec propagation=private",
        "  move_mount $proc $proc.target",
        "auto: mount sysfs on /sys, read-only",
        "  mkdirat $root sys 493",
        "  openat2 $root sys -> $sys.target",
        "  open_tree at_fdcwd /sys at_recursive -> $sys",
        "  mount_setattr $sys at_recursive attr_set=rdonly|nosuid|nodev|noexec propagation=private",
        "  move_mount $sys $sys.target",
      ]
    `);
  });

  test("the host's network stays closed to a container that shares it", () => {
    const shared = steps(busybox({ mountAuto: auto('mixed', 'mixed'), network: [net('none')] }));
    const own = steps(busybox({ mountAuto: auto('mixed', 'mixed') }));
    const open = (made: readonly Step[]) => titles(made).filter((title) => title.includes('/net'));
    expect(open(shared)).toEqual([]);
    expect(open(own)).toEqual(['auto: make /sys/devices/virtual/net writable', 'seal-mounts: make /proc/sys read-only, but not /proc/sys/net']);
  });

  test('without CAP_NET_ADMIN /proc/sys/net is closed as well', () => {
    const capabilities = { mode: 'drop' as const, names: [set('net_admin')], why: line(7) };
    expect(titles(steps(busybox({ capabilities })))).toContain('seal-mounts: make /proc/sys read-only');
  });
});

describe('/dev', () => {
  test("autodev off: the root file system's own directory, in which nothing is made that is there", () => {
    const dev = { ...busybox().dev, autodev: set(false, 8) };
    const made = steps(busybox({ dev }));
    expect(brief(inPhase('dev', made))).toMatchInlineSnapshot(`
      [
        "dev: use the root file system's own /dev",
        "  mkdirat $root dev 493",
        "  openat2 $root dev -> $dev",
      ]
    `);
    expect(titles(inPhase('nodes', made))).toMatchInlineSnapshot(`
      [
        "nodes: mount a devpts of its own on /dev/pts",
        "nodes: bind /dev/pts/ptmx on /dev/ptmx",
        "nodes: connect /dev/console to the monitor",
        "nodes: link fd, stdin, stdout, stderr in /dev",
      ]
    `);
    expect(titles(made).some((title) => title.includes('boot id'))).toBe(false);
  });

  test('ttys in a directory of their own', () => {
    const spec = busybox({ dev: { ...busybox().dev, ttys: set(1), ttyDir: set('lxc') } });
    expect(brief(inPhase('nodes', steps(spec)).slice(3, 6))).toMatchInlineSnapshot(`
      [
        "nodes: make /dev/lxc for the terminals",
        "  mkdirat $dev lxc 493",
        "  openat2 $root dev/lxc -> $tty.directory",
        "nodes: connect /dev/console to the monitor",
        "  mknodat $dev console s_ifreg",
        "  openat2 $root dev/console -> $console.target",
        "  <console>",
        "  mknodat $tty.directory console s_ifreg",
        "  openat2 $root dev/lxc/console -> $console.second",
        "  openat2 $root dev/console -> $console.attached",
        "  open_tree $console.attached -> $console.copy",
        "  move_mount $console.copy $console.second",
        "nodes: put a terminal on /dev/lxc/tty1",
        "  mknodat $tty.directory tty1 s_ifreg",
        "  openat2 $root dev/lxc/tty1 -> $tty1.target",
        "  <tty>",
        "  unlinkat $dev tty1",
        "  symlinkat lxc/tty1 $dev tty1",
      ]
    `);
    expect(containerTtys(spec)).toBe('pts/1');
  });

  test('no console, no ttys, no pseudo-terminals: no devpts', () => {
    const spec = busybox({ dev: { ...busybox().dev, ptyMax: set(0), console: set({ kind: 'none' }) } });
    expect(titles(inPhase('nodes', steps(spec)))).toEqual([
      'nodes: make the devices null, zero, full, random, urandom, tty',
      'nodes: link fd, stdin, stdout, stderr in /dev',
    ]);
  });
});
