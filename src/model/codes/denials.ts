// Diagnostics of `holdfast denials`: HF59x. All say what the kernel's messages do not tell.

import type { CodeEntry } from '../codes.ts';

export const DENIAL_CODES = {
  HF590: {
    severity: 'warning',
    message: '{count} messages of the kernel were lost, and denials may have been among them: {reason}',
    help: '{remedy}',
  },
  HF591: {
    severity: 'info',
    message: "what a rule of AppArmor with the word 'deny' forbids is not told: /sys/module/apparmor/parameters/audit is '{mode}'",
    help: "'echo -n noquiet > /sys/module/apparmor/parameters/audit' has it told, for every profile of the machine",
  },
  HF592: {
    severity: 'info',
    message: 'calls that {path} answers with an error are not told: {reason}',
    help: "'holdfast seccomp learn' finds the calls that a program makes; 'holdfast seccomp why' says what the policy does with each",
  },
  HF593: {
    severity: 'info',
    message: 'what Landlock forbids is told only since Linux 6.15, and while the audit system is switched on{release}',
    help: "'auditctl -e 1' switches it on, or audit=1 on the command line of the kernel",
  },
  HF594: {
    severity: 'info',
    message: "what the policy of SELinux marks 'dontaudit' is not told",
    help: "'semodule -DB' builds the policy without these marks, and 'semodule -B' with them again",
  },
  HF595: {
    severity: 'info',
    message:
      'the kernel tells nobody about what lacks a capability, a device rule or a mount that can be written: a program sees EPERM or EROFS, and there is no message',
    help: "'holdfast caps suggest' shows what capabilities a program asks for; 'holdfast device NAME ls' and 'holdfast plan NAME' what is open",
  },
  HF596: {
    severity: 'info',
    message: "the kernel's log begins at {begin}, later than the container: what was before has been overwritten",
    help: 'boot with log_buf_len=4M, or have auditd write the messages to {path}',
  },
} as const satisfies Record<string, CodeEntry>;
