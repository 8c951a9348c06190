// `[include PATH]` in a seccomp policy: which files belong to one. LXC has no includes; it takes this for the section of an
// architecture that it does not know, and refuses to start. In any other form it would skip the line, and the files with it.

export interface PolicyFile {
  readonly path: string;
  readonly text: string;
}

/** The heading, as one word; its path. */
export const INCLUDE = /^\[\s*include\s+(\S[^\]]*?)\s*\]$/;

/** A relative path is taken from the folder of the file that names it. */
export function includedPath(path: string, from: string): string {
  return path.startsWith('/') ? path : `${from.slice(0, from.lastIndexOf('/') + 1)}${path}`;
}

/** The files that a policy names, in order. */
export function policyIncludes({ path: from, text }: PolicyFile): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const path = INCLUDE.exec(line.replace(/#.*/, '').trim())?.[1];
    return path === undefined ? [] : [includedPath(path, from)];
  });
}
