// What a profile is made of: everything that the rules depend on, as plain data.

/** What the kernel and the parser know beyond what every one of them does. Rules for what nobody mediates would be an error. */
export interface Dialect {
  /** Capabilities that the kernel's AppArmor has names for. */
  readonly capabilities: readonly string[];
  /** Rules of one word: `userns,`, `mqueue,`, `io_uring,` (apparmor 4). */
  readonly words: readonly string[];
}

export interface ProfileRequest {
  readonly name: string;
  /** null: no rule restricts them. */
  readonly capabilities: readonly string[] | null;
  /** Namespaces that are the container's own: what belongs to them may be changed. */
  readonly own: readonly ('net' | 'uts' | 'ipc' | 'cgroup' | 'user')[];
  /** Paths in the container at or below /proc or /sys on which something of another kind is mounted for writing. */
  readonly covered: readonly string[];
  /** Does the configuration mount anything read-only, or may it, outside of /proc and /sys? */
  readonly readOnly: boolean;
  /** May FUSE be mounted? Its servers rename directories as they like, so a /proc is mounted from inside only where it would show nothing of root's, or not at all. */
  readonly fuse: boolean;
  /** Are there to be containers within? */
  readonly nesting: boolean;
  /** The policy namespace inside, for profiles of its own. */
  readonly namespace: string | null;
  /** Types of file systems that may be mounted beside those without a device. */
  readonly fileSystems: readonly string[];
  /** May terminals of its own be mounted (devpts), and may layers (overlay)? */
  readonly devpts: boolean;
  readonly overlay: boolean;
  readonly words: readonly string[];
  /** Lines of the configuration, as they are. */
  readonly raw: readonly string[];
}
