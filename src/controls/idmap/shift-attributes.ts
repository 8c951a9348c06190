// Extended attributes that hold ids: POSIX ACLs (linux/posix_acl_xattr.h, acl(5)) and file capabilities (linux/capability.h,
// capabilities(7)). Bytes in, bytes out; all of it little endian.

type ShiftId = (kind: 'u' | 'g', id: number) => number | null;

export const ACL_ATTRIBUTES = ['system.posix_acl_access', 'system.posix_acl_default'] as const;
export const CAPABILITY_ATTRIBUTE = 'security.capability';

/** struct posix_acl_xattr_header, then struct posix_acl_xattr_entry: tag, permissions, id. */
const ACL = { version: 2, header: 4, entry: 8, user: 0x02, group: 0x08 };
/** struct vfs_cap_data (version 2) and vfs_ns_cap_data (version 3), which ends with the id of the root it is for. */
const CAPABILITY = { mask: 0xff00_0000, v2: 0x0200_0000, v3: 0x0300_0000, v2Size: 20, v3Size: 24, rootid: 20 };

/** The ACL with the ids of its named users and groups changed; null: it is none of a kind that is known. */
export function shiftAcl(bytes: Uint8Array, shift: ShiftId): Uint8Array | null {
  if (bytes.length < ACL.header || (bytes.length - ACL.header) % ACL.entry !== 0) return null;
  const shifted = Uint8Array.from(bytes);
  const view = new DataView(shifted.buffer);
  if (view.getUint32(0, true) !== ACL.version) return null;
  for (let at = ACL.header; at < shifted.length; at += ACL.entry) {
    const tag = view.getUint16(at, true);
    if (tag !== ACL.user && tag !== ACL.group) continue;
    const id = view.getUint32(at + 4, true);
    view.setUint32(at + 4, shift(tag === ACL.user ? 'u' : 'g', id) ?? id, true);
  }
  return shifted;
}

/**
 * The file capabilities for the root that the id of the old one becomes. Version 2 means id 0, and is what id 0 is written as, so
 * that a way forth and back ends where it began. A root that is not mapped keeps its capabilities: they are for nobody inside.
 */
export function shiftCapability(bytes: Uint8Array, shift: ShiftId): Uint8Array | null {
  if (bytes.length !== CAPABILITY.v2Size && bytes.length !== CAPABILITY.v3Size) return null;
  const view = new DataView(Uint8Array.from(bytes).buffer);
  const magic = view.getUint32(0, true);
  const version = (magic & CAPABILITY.mask) >>> 0;
  if (version !== CAPABILITY.v2 && version !== CAPABILITY.v3) return null;
  const root = version === CAPABILITY.v3 ? view.getUint32(CAPABILITY.rootid, true) : 0;
  const now = shift('u', root) ?? root;
  const shifted = new Uint8Array(now === 0 ? CAPABILITY.v2Size : CAPABILITY.v3Size);
  shifted.set(bytes.subarray(0, CAPABILITY.v2Size));
  const written = new DataView(shifted.buffer);
  written.setUint32(0, ((magic & ~CAPABILITY.mask) | (now === 0 ? CAPABILITY.v2 : CAPABILITY.v3)) >>> 0, true);
  if (now !== 0) written.setUint32(CAPABILITY.rootid, now, true);
  return shifted;
}
