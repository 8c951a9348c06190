// The label of the session keyring: written to attr/keycreate before the keyring is made (credentials/process.ts), read back from the
// keyring itself (keyctl_get_security(3)), and forgotten before anything else is made, so that no later key has it by accident.

import type { LabelEntry } from '../../model/label.ts';
import type { InitStep } from '../../model/step.ts';
import { compareText, writeAttribute } from './attribute.ts';

const BUFFER = 'label.keyring';
const HINTS: NonNullable<InitStep['hints']> = {
  EINVAL: 'the loaded policy knows no such context, or SELinux is not at work',
  EACCES: "the policy does not let the caller's domain label keys so (process: setkeycreate; key: create, view)",
};

/** To be put in front of the step that makes the keyring. */
export function keyringSteps({ module, keyring, why }: LabelEntry): readonly InitStep[] {
  if (keyring === undefined) return [];
  const { size, compared } = compareText(`${keyring}\0`, BUFFER);
  return [
    {
      who: 'init',
      phase: 'keyring',
      what: `let the session keyring be made as ${keyring} of ${module}`,
      why,
      actions: writeAttribute({ file: 'keycreate', text: keyring, reads: `${keyring}\0` }, 'label.keycreate'),
      hints: HINTS,
    },
    {
      who: 'init',
      phase: 'label',
      what: 'let keys that are made later have the label of who makes them',
      why,
      actions: writeAttribute({ file: 'keycreate', text: '\n', reads: '' }, 'label.keycreate'),
      hints: HINTS,
    },
    {
      who: 'init',
      phase: 'verify',
      what: 'the session keyring has its label',
      why: { kind: 'law', text: 'verified' },
      actions: [
        {
          sys: 'keyctl',
          args: [{ flags: ['KEYCTL_GET_SECURITY'] }, { flags: ['KEY_SPEC_SESSION_KEYRING'] }, { buffer: BUFFER, size }, size, 0],
          expect: Buffer.byteLength(keyring) + 1,
        },
        ...compared,
      ],
      hints: HINTS,
    },
  ];
}
