// What the reader needs of a file system; host/files.ts implements it. This room does no I/O of its own.

export type FileAnswer =
  | { readonly kind: 'text'; readonly text: string }
  /** `errno` is the kernel's name (ENOENT, EISDIR), `message` a sentence about it. */
  | { readonly kind: 'error'; readonly errno: string; readonly message: string };

export type ListAnswer =
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'error'; readonly errno: string; readonly message: string };

export interface ConfigFiles {
  read(path: string): FileAnswer;
  list(path: string): ListAnswer;
}

/** Files made of a plain object, for tests and for text that is not in a file. `{ errno: 'EACCES' }` refuses. */
export function memoryFiles(files: Readonly<Record<string, string | { readonly errno: string }>>): ConfigFiles {
  const below = (path: string) => `${path.replace(/\/+$/, '')}/`;
  const names = (path: string) =>
    Object.keys(files)
      .filter((one) => one.startsWith(below(path)))
      .map((one) => one.slice(below(path).length).split('/')[0] ?? '');
  const failure = (errno: string) => ({ kind: 'error', errno, message: `it answers ${errno}` }) as const;
  return {
    read(path) {
      const found = Object.hasOwn(files, path) ? files[path] : undefined;
      if (typeof found === 'string') return { kind: 'text', text: found };
      if (found !== undefined) return failure(found.errno);
      return failure(names(path).length > 0 ? 'EISDIR' : 'ENOENT');
    },
    list(path) {
      const found = [...new Set(names(path))];
      return found.length > 0 ? { kind: 'names', names: found } : failure('ENOENT');
    },
  };
}
