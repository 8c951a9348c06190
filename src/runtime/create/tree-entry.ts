// What a new root file system consists of, as data: in the order in which it is made.

interface Common {
  /** Below the topmost directory, without a leading slash; '' is that directory. */
  readonly path: string;
  /** Ids of the container; 0 where nothing is said. */
  readonly uid?: number;
  readonly gid?: number;
}

export type TreeEntry =
  | (Common & { readonly kind: 'dir'; readonly mode: number })
  | (Common & { readonly kind: 'file'; readonly mode: number; readonly text: string })
  /** A copy of a file of the host. */
  | (Common & { readonly kind: 'copy'; readonly mode: number; readonly from: string })
  | (Common & { readonly kind: 'link'; readonly to: string });

const at = (path: string, common: Partial<Common> = {}): Common => ({ ...common, path });

export const dir = (path: string, mode = 0o755, common: Partial<Common> = {}): TreeEntry => ({ ...at(path, common), kind: 'dir', mode });
export const file = (path: string, text: string, mode = 0o644, common: Partial<Common> = {}): TreeEntry => ({ ...at(path, common), kind: 'file', mode, text });
export const link = (path: string, to: string): TreeEntry => ({ ...at(path), kind: 'link', to });
export const copy = (path: string, from: string, mode = 0o755): TreeEntry => ({ ...at(path), kind: 'copy', mode, from });
