// The shape of a row in the table of configuration keys: everything that is known about one key.

/** How a value is written. `values.ts` has one parser for each kind. */
export type Grammar =
  /** Only the empty value: it clears a family of keys. */
  | { readonly kind: 'clear' }
  | { readonly kind: 'include' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  /** With a pattern also its words, and values that are of it and that are not. */
  | { readonly kind: 'text' }
  | { readonly kind: 'text'; readonly like: RegExp; readonly expected: string; readonly valid: readonly string[]; readonly malformed: readonly string[] }
  /** `anyCase`: capital letters are as good. */
  | { readonly kind: 'choice'; readonly of: readonly string[]; readonly anyCase?: true }
  /** Of an interface (address, prefix, broadcast), a route (address and prefix), or a gateway (address, `auto`, `dev`). */
  | { readonly kind: 'address'; readonly family: 4 | 6; readonly form: 'interface' | 'route' | 'gateway' }
  | { readonly kind: 'path' }
  /** A relative path without `..`; `single`: one component. */
  | { readonly kind: 'relative'; readonly single?: true }
  | { readonly kind: 'words' }
  | { readonly kind: 'ids' }
  | { readonly kind: 'capabilities'; readonly none: boolean }
  | { readonly kind: 'signal' }
  | { readonly kind: 'rlimit' }
  | { readonly kind: 'idmap' }
  | { readonly kind: 'namespaces' }
  | { readonly kind: 'mount-auto' }
  | { readonly kind: 'mount' }
  | { readonly kind: 'root' }
  | { readonly kind: 'root-options' }
  | { readonly kind: 'arch' }
  | { readonly kind: 'command' }
  | { readonly kind: 'environment' }
  | { readonly kind: 'key-pattern' };

/** What becomes of a key when the container starts. */
export type Effect =
  /** It ends up in a field of ContainerSpec that a control compiles. */
  | { readonly kind: 'enforced' }
  /** Read, not enforced: an error at start, unless its value asks for nothing. */
  | { readonly kind: 'unenforced'; readonly nothing?: readonly string[] }
  /** It says something to other commands, or belongs to a key that is reported itself. */
  | { readonly kind: 'silent' }
  /** No effect here, and the user is told why. */
  | { readonly kind: 'note'; readonly reason: string };

export interface KeyEntry {
  /** A name that ends with a dot is a family; `N` in `lxc.net.N.` stands for a number. */
  readonly name: string;
  readonly grammar: Grammar;
  /** Several lines: the last holds, all hold, or they merge token by token. */
  readonly repeat: 'overwrite' | 'append' | 'merge';
  /** What `KEY =` does: forget earlier lines (a list is empty, a single value at its default), count as another value, or be refused. */
  readonly empty: 'clear' | 'refused' | { readonly value: string };
  readonly effect: Effect;
  /** What holds where no line sets it. A key that only clears has none. */
  readonly absent?: string;
  /** What it shuts the container out of, and what it gives the container. Absent: neither. */
  readonly security?: { readonly closes?: string; readonly opens?: string };
  /** What a value, or its absence, meant to other releases of LXC. */
  readonly changed?: string;
  /** The LXC release it came with under any name, and the first one without it. Absent: 1.0, and still there. */
  readonly since?: string;
  readonly until?: string;
  /** Names before LXC 2.1; 3.0 refuses them. */
  readonly old?: readonly string[];
  /** The key whose empty value clears this one too. */
  readonly clearedBy?: string;
  /** What may follow a family's name, where that is known. */
  readonly members?: readonly string[];
  /** Keys with the same slot clear each other. */
  readonly slot?: string;
  readonly doc: string;
}

export const ENFORCED = { kind: 'enforced' } as const;
export const UNENFORCED = { kind: 'unenforced' } as const;
export const SILENT = { kind: 'silent' } as const;
