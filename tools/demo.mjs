// A short tour on this machine: as root (when it is root who asks) and as an ordinary user. Everything it makes, it removes.
// usage: node tools/demo.mjs
import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { DEMO_NAME, leftovers, makeContainer } from './demo-container.mjs';
import { root, setup } from './setup.mjs';

const COMMAND = join(root, 'dist/holdfast.cjs');
const LAUNCHES = 20;
const failures = [];

const LOOK_AROUND = `echo "I am $(id -un), uid $(id -u); the kernel's map of ids: $(tr -s ' ' < /proc/self/uid_map)"
echo "this machine is called $(hostname), its network is: $(cd /sys/class/net && echo *)"
echo "processes to be seen: $(ls /proc | grep -c '^[0-9]'), file systems: $(grep -c . /proc/self/mounts)"
grep -E '^(CapEff|CapBnd|NoNewPrivs|Seccomp):' /proc/self/status
for file in /usr/bin/new /etc/new /proc/sysrq-trigger; do true 2>/dev/null > $file && echo "wrote $file: this must not be" || echo "may not write $file"; done
true > /tmp/new && echo "may write /tmp/new, which is its own"`;

const TRY_OUT = `echo "$(hostname): uid $(id -u) inside is $(tr -s ' ' < /proc/self/uid_map | cut -d' ' -f3) outside"
grep -E '^(CapBnd|NoNewPrivs|Seccomp):' /proc/self/status
hostname other 2>&1 || echo "the seccomp policy refuses to change the name"
true 2>/dev/null < /dev/mem || echo "no /dev/mem"`;

setup();
if (!(await build({ ifStale: true, commandOnly: true }))) process.exit(1);
const me = userInfo();
if (me.uid === 0) {
  tour({ uid: 0, gid: 0, name: 'root', prefix: [] });
  const guest = ordinaryUser();
  if (typeof guest === 'string') say(`The tour as an ordinary user is left out: ${guest}.`);
  else tour(guest);
} else {
  tour({ uid: me.uid, gid: me.gid, name: me.username, prefix: [] });
}
if (failures.length > 0) {
  say(`Not as expected: ${failures.join('; ')}`);
  process.exitCode = 1;
} else {
  say('Nothing of this is left: no process, mount, control group or file. Next: README.md, or `node dist/holdfast.cjs --help`.');
}

/** The whole tour as one user. */
function tour(user) {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-demo-'));
  const home = join(folder, 'home');
  for (const path of [home, join(home, 'run')]) mkdirSync(path, { mode: 0o700 });
  for (const path of [folder, home, join(home, 'run')]) chownSync(path, user.uid, user.gid);
  const { NODE_EXTRA_CA_CERTS: _, ...inherited } = process.env;
  const env = user.uid === 0 ? inherited : { ...inherited, HOME: home, USER: user.name, XDG_RUNTIME_DIR: join(home, 'run') };
  const at = { user, env, cwd: folder };
  let started = false;
  try {
    headline(`As ${user.name}`);
    say("A command in the embedded default container: the host's own programs, read-only, and nothing else of it.");
    holdfast(at, ['run', '--', 'sh', '-c', LOOK_AROUND]);

    const { name, lines, notes } = makeContainer(folder, user);
    say('A configuration file as LXC reads it, in the spelling of LXC 1.0:');
    for (const line of lines) print(line);
    for (const note of notes) say(note);
    say('What is wrong or dangerous in it:');
    holdfast(at, ['check', '-P', folder, name], { accept: [0, 1], head: 8 });
    say('What a start would do: of all steps those of init that a line of the configuration asks for.');
    holdfast(at, ['plan', '-P', folder, name], { only: /^ +\d+ +init .*config:\d+\]$/, head: 20 });
    say('Run a command in it:');
    holdfast(at, ['run', '-P', folder, name, '--', 'sh', '-c', TRY_OUT]);
    say('Start it in the background, look at it, enter it, stop it:');
    started = holdfast(at, ['start', '-P', folder, name]);
    if (started) {
      holdfast(at, ['ls', '-P', folder]);
      holdfast(at, ['info', '-P', folder, name]);
      holdfast(at, ['attach', '-P', folder, name, '--', 'sh', '-c', 'echo "entered $(hostname), where init is: $(tr "\\0" " " < /proc/1/cmdline)"']);
      started = !holdfast(at, ['stop', '-P', folder, name]);
    }
    say('The launcher alone is a finished program: no Node, no library, no configuration.');
    const launcher = join(folder, 'launcher');
    if (holdfast(at, ['build', '-o', launcher, '--', 'true'])) measure(at, launcher);
  } finally {
    if (started) run(at, [process.execPath, COMMAND, 'stop', '--kill', '-P', folder, DEMO_NAME]);
    rmSync(folder, { recursive: true, force: true });
    failures.push(...leftovers(folder).map((path) => `${path} is left`));
  }
}

/** Starts a launcher some times and prints how long that takes, beside the smallest program there is. */
function measure(at, launcher) {
  const time = (argv) => {
    const times = Array.from({ length: LAUNCHES }, () => {
      const begin = performance.now();
      const { status } = run(at, argv);
      if (status !== 0) failures.push(`the launcher ended with ${status}`);
      return performance.now() - begin;
    });
    return times.sort((a, b) => a - b)[LAUNCHES / 2].toFixed(1);
  };
  const [container, plain] = [time([launcher]), time(['true'])];
  say(`Median of ${LAUNCHES}, from Node, until it has ended: \`true\` in the container ${container} ms, \`true\` alone ${plain} ms.`);
}

/** Runs and prints one command of Holdfast. Was its exit status one of those accepted? */
function holdfast(at, words, { accept = [0], head = Number.POSITIVE_INFINITY, only = /(?:)/ } = {}) {
  const shown = words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : word.length > 90 ? "'...'" : `'${word}'`));
  print(`$ holdfast ${shown.join(' ')}`);
  const { status, output } = run(at, [process.execPath, COMMAND, ...words]);
  const lines =
    output === ''
      ? []
      : output
          .trimEnd()
          .split('\n')
          .filter((line) => only.test(line));
  for (const line of lines.slice(0, head)) print(`  ${line.replaceAll(`${at.cwd}/`, '')}`);
  if (lines.length > head) print(`  ... ${lines.length - head} more lines`);
  if (accept.includes(status)) return true;
  print(`  (exit status ${status})`);
  failures.push(`\`holdfast ${words[0]}\` as ${at.user.name} ended with ${status}`);
  return false;
}

function run({ user, env, cwd }, argv) {
  const [file, ...rest] = [...user.prefix, ...argv];
  const done = spawnSync(file, rest, { env, cwd, encoding: 'utf8', timeout: 60_000, killSignal: 'SIGKILL', stdio: ['ignore', 'pipe', 'pipe'] });
  return { status: done.status ?? done.signal ?? done.error?.message, output: done.stdout + done.stderr };
}

/** Someone without privileges whom root can become, or why there is nobody. */
function ordinaryUser() {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((one) => one.startsWith('nobody:'));
  const [name, , uid, gid] = line?.split(':') ?? [];
  if (name === undefined) return 'there is no account nobody';
  const prefix = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--inh-caps=-all', '--'];
  const can = (...argv) => spawnSync(prefix[0], [...prefix.slice(1), ...argv], { stdio: 'ignore', cwd: '/' }).status === 0;
  if (!can('true')) return `root here cannot become ${name}`;
  if (!can('test', '-r', COMMAND)) return `${name} may not read ${COMMAND}`;
  if (!can('test', '-x', process.execPath)) return `${name} may not run ${process.execPath}`;
  if (!can('unshare', '--user', 'true')) return 'this machine lets nobody make a user namespace';
  return { uid: Number(uid), gid: Number(gid), name, prefix };
}

function headline(text) {
  process.stdout.write(`\n${process.stdout.isTTY ? `\x1b[1m${text}\x1b[0m` : `== ${text}`}\n`);
}

function say(text) {
  process.stdout.write(`\n${text}\n`);
}

function print(text) {
  process.stdout.write(`  ${text}\n`);
}
