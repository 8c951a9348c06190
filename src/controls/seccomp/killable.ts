// Since 5.19 (seccomp(2), SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV) nothing but its death interrupts a caller whose question has been
// received: before, any signal did, and the proxy's work was done twice or for nobody.

export function waitsKillably({ major, minor }: { readonly major: number; readonly minor: number }): boolean {
  return major > 5 || (major === 5 && minor >= 19);
}
