// What -t names: one of our own templates, or a program of LXC's kind (lxc-create(1), -t).

import type { Machine } from '../../host/machine.ts';
import { HoldfastError } from '../../model/error.ts';

export type Template =
  | { readonly kind: 'busybox' }
  /** A configuration for a root file system that is there. */
  | { readonly kind: 'none' }
  | { readonly kind: 'program'; readonly path: string };

/** Where LXC's packages put their templates: LXCTEMPLATEDIR. */
const PLACES = ['/usr/share/lxc/templates', '/usr/local/share/lxc/templates'];
const ANY_EXECUTE = 0o111;

/** Throws `no-template`. */
export function findTemplate(machine: Machine, word: string): Template {
  if (word === 'busybox' || word === 'none') return { kind: word };
  const paths = word.startsWith('/') ? [word] : /^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(word) ? PLACES.map((place) => `${place}/lxc-${word}`) : [];
  const path = paths.find((one) => {
    const found = machine.stat(one);
    return 'value' in found && found.value.kind === 'file' && (found.value.mode & ANY_EXECUTE) !== 0;
  });
  if (path !== undefined) return { kind: 'program', path };
  throw new HoldfastError(
    `there is no template ${word}: ${paths.length === 0 ? 'it is neither a name nor a path from / on' : `${paths.join(', ')} is no program`}; there is busybox, and none`,
    {
      code: 'no-template',
    },
  );
}
