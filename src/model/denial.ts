// A denial in words: what was tried, what denied it, and the least that would allow it.

export interface Remedy {
  /** Lines to add, or to change. */
  readonly lines: readonly string[];
  /** Where: a key of the configuration, a file. */
  readonly where: string;
  /** What that opens, in a sentence. */
  readonly risk: string;
}

export interface DenialExplanation {
  /** Plain words for what the program tried: `mount a file system of type proc on /mnt/`. */
  readonly tried: string;
  /** `allowed`: it went on, and was only written down. */
  readonly outcome: 'refused' | 'killed' | 'allowed';
  /** What decided. */
  readonly rule: string;
  /** Null: nothing that Holdfast would advise, or nothing that could. `rule` then says why. */
  readonly remedy: Remedy | null;
}

/** The security modules whose denials the kernel tells of. */
export type DenyingControl = 'apparmor' | 'selinux' | 'seccomp' | 'landlock';

/** One denial of a container. */
export interface Denial extends DenialExplanation {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly control: DenyingControl;
  /** `likely`: the process has gone, and nothing but the time and the kind of message says that it was this container's. */
  readonly certainty: 'certain' | 'likely';
  /** As far as the message tells; ids are the host's. */
  readonly subject: { readonly pid?: number; readonly command?: string; readonly program?: string };
}
