// One file: what it has that holds ids, and giving it other ones. All by its descriptor.

import { chmodSync, chownSync, constants } from 'node:fs';
import { ACL_ATTRIBUTES, CAPABILITY_ATTRIBUTE, shiftAcl, shiftCapability } from '../../controls/idmap/shift-attributes.ts';
import { shiftedId } from '../../controls/idmap/shift-id.ts';
import type { AttributeRequest, Attributes } from './attributes.ts';
import type { Original, Shift } from './journal.ts';
import { fdPath, type Found, isKind } from './walk.ts';

const PERMISSIONS = 0o7777;
const SET_ID = 0o6000;

const isLink = ({ mode }: { readonly mode: number }) => isKind(mode, constants.S_IFLNK);

/** Which attributes this kind of file can have. */
function namesFor({ mode }: { readonly mode: number }): readonly string[] {
  if (isLink({ mode })) return [];
  const [access, fallback] = ACL_ATTRIBUTES;
  return isKind(mode, constants.S_IFDIR) ? [access, fallback] : isKind(mode, constants.S_IFREG) ? [access, CAPABILITY_ATTRIBUTE] : [access];
}

/** Everything that a change would have to restore. */
export function originalsOf(files: readonly Found[], attributes: Attributes): readonly Original[] {
  const asked = files.flatMap((found) => namesFor(found).map((name): AttributeRequest => ({ file: found.file, name })));
  const answers = attributes.perform(asked);
  return files.map((found) => {
    const own = asked.flatMap(({ file, name }, index) => {
      const value = answers[index];
      return file === found.file && value !== null && value !== undefined ? [[name, Buffer.from(value).toString('base64')] as const] : [];
    });
    return { ino: String(found.ino), mode: found.mode, uid: found.uid, gid: found.gid, attributes: Object.fromEntries(own) };
  });
}

/** What the file has afterwards. */
export function shifted({ from, to }: Shift, original: Original): Original {
  const shift = (kind: 'u' | 'g', id: number) => shiftedId(from, to, kind, id);
  const attributes = Object.entries(original.attributes).map(([name, text]) => {
    const bytes = Buffer.from(text, 'base64');
    const now = name === CAPABILITY_ATTRIBUTE ? shiftCapability(bytes, shift) : shiftAcl(bytes, shift);
    return [name, now === null ? text : Buffer.from(now).toString('base64')] as const;
  });
  return {
    ...original,
    uid: shift('u', original.uid) ?? original.uid,
    gid: shift('g', original.gid) ?? original.gid,
    attributes: Object.fromEntries(attributes),
  };
}

/**
 * Gives the files what they are to have. chown(2) takes the set-user-ID bits and file capabilities away, even from root's, so they are
 * given back, and in this order; doing it twice does no harm.
 */
export function give(files: readonly { readonly file: number; readonly has: Original }[], attributes: Attributes): void {
  for (const { file, has } of files) chownSync(fdPath(file), has.uid, has.gid);
  attributes.perform(
    files.flatMap(({ file, has }) => Object.entries(has.attributes).map(([name, text]) => ({ file, name, value: Buffer.from(text, 'base64') }))),
  );
  for (const { file, has } of files) if (!isLink(has) && (has.mode & SET_ID) !== 0) chmodSync(fdPath(file), has.mode & PERMISSIONS);
}
