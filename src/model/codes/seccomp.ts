// Diagnostics of seccomp policies (controls/seccomp/): HF2xx.

import type { CodeEntry } from '../codes.ts';

export const SECCOMP_CODES = {
  HF201: {
    severity: 'error',
    message: "unknown system call '{name}'",
    help: '{suggestion}',
  },
  HF202: {
    severity: 'error',
    message: "unknown action '{action}'",
    help: 'there are {actions}; conditions are written in brackets, behind the action',
  },
  HF203: {
    severity: 'error',
    message: "unknown section '{section}'",
    help: '{suggestion}',
  },
  HF204: {
    severity: 'error',
    message: "'{errno}' is no error number",
    help: "{suggestion}, as in 'errno EPERM' or 'errno 1'",
  },
  HF205: {
    severity: 'error',
    message: "condition '{condition}': {problem}",
    help: 'a condition is [index,value,operator] or [index,value,masked operator,mask], for example [0,2,==] or [1,0x10,&=,0x10]',
  },
  HF206: {
    severity: 'error',
    message: "a policy begins with its version, 1 or 2, and not with '{text}'",
    help: "write '2' on the first line, 'denylist' or 'allowlist' on the second",
  },
  HF207: {
    severity: 'error',
    message: "'{text}' is no kind of policy of version {version}",
    help: 'the second line says {kinds}',
  },
  HF208: {
    severity: 'error',
    message: "'{text}' is no system call number, and version 1 has nothing else",
    help: "numbers are those of {arch}; names, actions and architectures need version 2: '2' on the first line",
  },
  HF209: {
    severity: 'error',
    message: "{section} has no system call '{name}', which is one of {archs}",
    help: 'move the line to a section of its architecture, or to [all], where it applies to those that have it',
  },
  HF210: {
    severity: 'info',
    message: "'{name}' is a system call of {archs}: {effect}",
    help: '',
  },
  HF211: {
    severity: 'info',
    message: 'section [{section}] has no effect on {machine}',
    help: '',
  },
  HF212: {
    severity: 'warning',
    message: "a denylist with the default '{action}' refuses every call that is not listed",
    help: "for a policy that refuses what it lists, write only 'denylist' here and '{action}' behind each call",
  },
  HF213: {
    severity: 'error',
    message: 'the policy becomes a filter that the kernel refuses: {fault}',
    help: 'list whole calls instead of conditions on them, or the rarer kind (allowed or refused) of calls',
  },
  HF214: {
    severity: 'warning',
    message: 'no system call of {arch} is known for {numbers}: a newer kernel may give these numbers a meaning',
    help: 'remove them: what is not listed is refused',
  },
  HF215: {
    severity: 'error',
    message: "'{text}' has no meaning here",
    help: '{expected}',
  },
  HF216: {
    severity: 'warning',
    message: 'whether init can be started depends on the arguments of {name}: this policy refuses some of them',
    help: 'a start that fails with the error of the last step, the execve of init, failed for this',
  },
  HF217: {
    severity: 'warning',
    message: "condition '{condition}': the value has bits outside the mask, which are ignored",
    help: 'the condition holds when (argument & mask) is {value}',
  },
  HF218: {
    severity: 'info',
    message: "'{name}' can also be made through {multiplexer} on {archs}, where arguments cannot be seen: {effect}",
    help: '',
  },
  HF219: {
    severity: 'warning',
    message: 'a policy of version 1 refuses every 32-bit call, and this container is a 32-bit one',
    help: 'write it as version 2, whose [{section}] section is for 32-bit calls',
  },
  HF220: {
    severity: 'warning',
    message: "'{name} {verdict}' has no effect: line {line} says '{stricter}' whatever the arguments",
    help: 'of several lines about a call the strictest holds: give that line conditions, or remove one of the two',
  },
  HF221: {
    severity: 'warning',
    message: 'condition {condition} can be got around: the kernel uses only 32 bits of this argument of {name}, and the condition is about 64',
    help: '{better}',
  },
  HF222: {
    severity: 'error',
    message: 'the profile is no JSON: {problem}',
    help: 'a policy that begins with a brace is read as a profile of OCI or Docker; a policy of LXC begins with its version',
  },
  HF223: {
    severity: 'error',
    message: "'{key}' has no meaning in {where}",
    help: '{suggestion}',
  },
  HF224: {
    severity: 'error',
    message: '{key} must be {expected}, and not {found}',
    help: '',
  },
  HF225: {
    severity: 'error',
    message: "'{key}' is missing in {where}",
    help: '',
  },
  HF226: {
    severity: 'error',
    message: "unknown {what} '{name}'",
    help: '{suggestion}',
  },
  HF227: {
    severity: 'error',
    message: "'{a}' has no meaning beside {b}",
    help: 'remove one of the two',
  },
  HF228: {
    severity: 'info',
    message: 'system calls of other architectures only, so that naming them has no effect on {machine}: {names}',
    help: '',
  },
  HF229: {
    severity: 'warning',
    message: "'{name}': several conditions are about argument {argument}, and so each of 'args' alone {verdict}",
    help: 'where all must hold, write one condition for each argument; runc and crun read it in the same way',
  },
  HF230: {
    severity: 'error',
    message: '{what} of the profile cannot be enforced',
    help: '{instead}',
  },
  HF231: {
    severity: 'error',
    message: "condition '{condition}' holds for every value: its mask is 0",
    help: 'leave the condition out, or write the bits that it is about as the mask',
  },
  HF232: {
    severity: 'error',
    message: "unknown constant '{name}'",
    help: '{suggestion}',
  },
  HF233: {
    severity: 'error',
    message: "the value of '{name}' {problem}",
    help: 'write its number, in a section for each architecture',
  },
  HF234: {
    severity: 'error',
    message: "'{name}' has {count} conditions, of which a line has at most {most}",
    help: 'a condition that other lines share can stand on a line of its own, with the same action',
  },
  HF235: {
    severity: 'error',
    message: 'the policy includes itself: {chain}',
    help: 'remove one of these includes',
  },
  HF250: {
    severity: 'warning',
    message: 'calls by the convention of {sections} are all refused: the policy has sections for others only, and its default is {verdict}',
    help: 'write {sections} with the calls to refuse there, or put the lines under [all]',
  },
  HF251: {
    severity: 'error',
    message: "'{line}' says nothing about how often a call is made",
    help: "write lines of a name and a count, e.g. 'openat 1403', or what 'strace -c' prints",
  },
  HF252: {
    severity: 'error',
    message: "unknown system call '{name}' among the weights",
    help: '{suggestion}',
  },
  HF255: {
    severity: 'info',
    message: "the proxy is never asked: no line of the policy says 'notify'",
    help: '',
  },
  HF256: {
    severity: 'error',
    message: "the address '{path}' of the proxy has {length} bytes; a socket's has at most {longest}",
    help: 'let the proxy listen in a directory with a shorter name',
  },
  HF257: {
    severity: 'error',
    message: "a policy cannot notify of {name}: init's own could never be answered, since the listener is passed on when init has been executed",
    help: "write 'allow' behind {name}",
  },
  HF258: {
    severity: 'error',
    message: 'under this policy not even init can be started: {names} of {machine} is refused',
    help: "allow {names}, and what init needs besides; '--allow-missing lxc.seccomp.profile' insists on the policy as it is",
  },
  HF259: {
    severity: 'warning',
    message: 'the policy is loaded as it is, as insisted: {names} of {machine} is refused, so that init will not be started',
    help: '',
  },
  HF260: {
    severity: 'info',
    message: "the flag '{flag}' has no effect: {reason}",
    help: '',
  },
} as const satisfies Record<string, CodeEntry>;
