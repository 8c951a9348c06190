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

/**
 * What a policy includes, and what that includes, each file once. `read` gives null for a file that cannot be read, or that is one
 * too many; what there is to say of it is the reader's.
 */
export function includedFiles(policy: PolicyFile, read: (path: string) => string | null): readonly PolicyFile[] {
  const found: PolicyFile[] = [];
  const seen = new Set([policy.path]);
  const open = [policy];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    for (const path of pathsIn(next)) {
      if (seen.has(path)) continue;
      seen.add(path);
      const text = read(path);
      if (text === null) continue;
      found.push({ path, text });
      open.push({ path, text });
    }
  }
  return found;
}

/** The files that one names, in order. */
function pathsIn({ path: from, text }: PolicyFile): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const path = INCLUDE.exec(line.replace(/#.*/, '').trim())?.[1];
    return path === undefined ? [] : [includedPath(path, from)];
  });
}
