// How a launcher asks the proxy about notified calls (controls/seccomp/notify.ts decides it, launcher/builtins/ does it).

/** A program outside of the container that decides calls: where it listens, and what it is told besides the call. */
export interface ProxySpec {
  /** The bytes of its struct sockaddr_un, as long as connect(2) is told. */
  readonly address: Uint8Array;
  readonly cookie: string;
  /** Who asks and for whom, as process ids of the host; null: the launcher's own monitor and init. */
  readonly container: { readonly monitor: number; readonly init: number } | null;
  /** May a lost connection be made again? Not from within the container's namespaces, where the address may be another's. */
  readonly reconnects: boolean;
  /** How long an answer may take, in seconds; then the call gives ENOSYS. */
  readonly patience: number;
}
