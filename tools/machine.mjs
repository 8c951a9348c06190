// Gives a Debian machine what the tests can use: packages, and an ordinary account with subordinate ids. As root only.
// usage: node tools/machine.mjs
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Kernel headers of other architectures: the tables of system calls are compared with them. */
const HEADERS = ['arm64', 'armhf', 'riscv64', 'ppc64el', 'ppc64', 'powerpc', 's390x', 'mips', 'mipsel', 'mips64', 'mips64el', 'mipsn32', 'mipsn32el'];
const PROGRAMS = [
  'lxc',
  'lxc-templates',
  'busybox-static',
  'binutils',
  'gcc',
  'libc6-dev',
  'uidmap',
  'bubblewrap',
  'crun',
  'runc',
  'libseccomp-dev',
  'strace',
  'zsh',
  'fish',
];
/** For test/vm/: the emulated machine, and what its policies and profiles are compiled and looked at with. Its kernel is fetched when it is first booted. */
const VM = ['qemu-system-x86', 'apparmor', 'secilc', 'bpftool', 'xz-utils'];
const PACKAGES = [...PROGRAMS, ...VM, ...HEADERS.map((arch) => `linux-libc-dev-${arch}-cross`)];
const ACCOUNT = 'holdfast-test';

/** Installs what is missing. Ends this process when that fails. */
export function prepareMachine() {
  const absent = PACKAGES.filter((name) => !isInstalled(name));
  if (absent.length > 0) {
    process.stdout.write(`machine: apt-get install ${absent.join(' ')}\n`);
    aptGet('update');
    aptGet('install', '--no-install-recommends', ...absent);
  }
  if (!lines('/etc/passwd').some((line) => line.startsWith(`${ACCOUNT}:`))) {
    process.stdout.write(`machine: useradd ${ACCOUNT}\n`);
    run('useradd', ['--create-home', '--shell', '/bin/sh', ACCOUNT]);
  }
  for (const file of ['/etc/subuid', '/etc/subgid']) grant(file);
}

/** Gives the account a range of its own behind all that are granted already, where useradd(8) has not. */
function grant(file) {
  const granted = lines(file);
  if (granted.some((line) => line.startsWith(`${ACCOUNT}:`))) return;
  const ends = granted.map((line) => line.split(':').slice(1).map(Number)).map(([first = 0, count = 0]) => first + count);
  appendFileSync(file, `${ACCOUNT}:${Math.max(100_000, ...ends)}:65536\n`);
}

function lines(file) {
  return existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : [];
}

function isInstalled(name) {
  const answer = spawnSync('dpkg-query', ['-W', '-f', '${db:Status-Status}', name], { encoding: 'utf8' });
  return answer.status === 0 && answer.stdout === 'installed';
}

function aptGet(...words) {
  run('apt-get', ['-q', '-y', '-o', 'Dpkg::Options::=--force-confold', ...words], { ...process.env, DEBIAN_FRONTEND: 'noninteractive' });
}

function run(file, words, env = process.env) {
  const done = spawnSync(file, words, { env, stdio: ['ignore', 'inherit', 'inherit'] });
  if (done.status === 0) return;
  process.stderr.write(`machine: ${file} failed${done.error ? `: ${done.error.message}` : ''}\n`);
  process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.getuid?.() !== 0) {
    process.stderr.write('machine: installing packages takes root\n');
    process.exit(1);
  }
  prepareMachine();
}
