// Installs the development packages where they are missing or older than package-lock.json. Needs Node and npm, nothing else.
// usage: node tools/setup.mjs
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Returns when everything is installed; otherwise ends this process with npm's own message. */
export function setup() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 11)) {
    fail(`Node ${process.versions.node} is too old: 20.11 or newer is needed`);
  }
  if (process.platform !== 'linux') fail(`this is ${process.platform}: containers need Linux`);
  const wanted = changed(join(root, 'package-lock.json'));
  const installed = changed(join(root, 'node_modules/.package-lock.json'));
  if (installed >= wanted && installed > 0) return;
  process.stdout.write('setup: npm install\n');
  // Not `npm ci`: it wants the lock file to hold the packages of every platform, and this one holds those of Linux. What the lock
  // file holds is installed as it says. No package needs an install script. The npm is the one that runs this, or else that in PATH.
  const npm = process.env['npm_execpath'];
  const command = npm?.endsWith('npm-cli.js') ? [process.execPath, npm] : ['npm'];
  const done = spawnSync(command[0], [...command.slice(1), 'install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (done.error !== undefined) fail(`npm cannot be run: ${done.error.message}`);
  if (done.status !== 0) fail('npm install failed');
}

/** When a file was last changed, in milliseconds; 0 when it is not there. */
export function changed(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function fail(message) {
  process.stderr.write(`setup: ${message}\n`);
  process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) setup();
