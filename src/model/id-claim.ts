// Who has ids of the host: users by /etc/subuid and /etc/subgid, accounts, containers.

export interface IdClaim {
  readonly kind: 'u' | 'g';
  readonly first: number;
  readonly count: number;
  readonly owner: { readonly what: 'user' | 'account' | 'container'; readonly name: string };
  /** The file, with the line where there is one. */
  readonly source: string;
}
