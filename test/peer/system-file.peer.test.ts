// lxc.conf(5) read by Debian's LXC (lxc-config KEY) and by Holdfast, for an ordinary user.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { realMachine } from '../../src/host/machine.ts';
import { hasErrors } from '../../src/model/diagnostic.ts';
import { systemSettings } from '../../src/runtime/system-settings.ts';
import { needing } from '../support/needs.ts';
import { makeOrdinaryUser } from '../support/ordinary-user.ts';

const it = needing('user', 'lxc');

/** `silent`: LXC skips a line that is an error here. */
const TEXTS: readonly { readonly text: string | null; readonly silent?: true }[] = [
  { text: null },
  { text: '' },
  { text: 'lxc.lxcpath = /srv/lxc\n' },
  { text: 'lxc.lxcpath=/srv/lxc/\nlxc.cgroup.pattern\t=\tlxc/%n\n' },
  { text: '# lxc.lxcpath = /a\n  lxc.lxcpath = /b\n' },
  { text: 'lxc.lxcpath = /a\nlxc.lxcpath = /b\n' },
  { text: 'lxc.cgroup.pattern =\nlxc.cgroup.pattern = x/%n\n' },
  { text: 'lxc.cgroup.pattern = a=b/%n' },
  { text: 'lxc.lxcpath =\nlxc.lxcpath = /b\n', silent: true },
  { text: 'lxc.lxcpath /a\nlxc.lxcpath = /b\n', silent: true },
  { text: 'lxc.lxcpaths = /a\nlxc.lxcpath = /b\n', silent: true },
  { text: 'nonsense\nlxc.cgroup.pattern = x/%n\n', silent: true },
];

it('the same values hold, and what LXC skips in silence is an error', async () => {
  const user = makeOrdinaryUser();
  try {
    const directory = join(user.home, '.config/lxc');
    mkdirSync(directory, { recursive: true });
    for (const { text, silent = false } of TEXTS) {
      if (text !== null) writeFileSync(join(directory, 'lxc.conf'), text);
      const settings = systemSettings({ ...realMachine(), env: { HOME: user.home }, ids: { ...realMachine().ids, uid: user.uid } });
      const theirs = async (key: string) => (await user.run(['lxc-config', key])).stdout.trim();
      const pattern = (await theirs('lxc.cgroup.pattern')).replace(/^lxc\.cgroup\.pattern is not set\.$/, '');
      expect([settings.lxcpath, settings.cgroupPattern?.value ?? ''], text ?? 'no file').toEqual([await theirs('lxc.lxcpath'), pattern]);
      expect(hasErrors(settings.diagnostics), text ?? 'no file').toBe(silent);
    }
  } finally {
    user.remove();
  }
});
