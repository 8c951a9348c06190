// Where LXC 5.0.2 and Holdfast understand a configuration differently: what it looks like in test/peer/config-get.peer.test.ts, by the
// id under which docs/config-differences.md gives the reason. A line is `VERDICT: LINES` or `KEY: LXC VALUES, Holdfast VALUES`.

const TAKES = 'LXC takes, Holdfast refuses: ';
const REFUSES = 'LXC refuses, Holdfast takes: ';
const takes = (lines: string): RegExp => new RegExp(`^${TAKES}${lines}$`);
const refuses = (lines: string): RegExp => new RegExp(`^${REFUSES}${lines}$`);

export const CONFIG_DIFFERENCES: Readonly<Record<string, readonly RegExp[]>> = {
  // what is taken
  'number-ignored': [
    takes('lxc\\.init\\.[ug]id = (08|1\\.5|4 5|x|99999999999)'),
    takes('lxc\\.autodev\\.tmpfs\\.size = (0|-1|08|1k)'),
    takes('lxc\\.hook\\.version = x'),
  ],
  'number-unbounded': [takes('lxc\\.(signal\\.\\w+|monitor\\.signal\\.pdeath) = (65|999)'), takes('lxc\\.monitor\\.unshare = 2')],
  'word-ignored': [takes('lxc\\.seccomp\\.allow_nesting = (yes|0 1)'), takes('lxc\\.net\\.0\\.flags = (down|UP)')],
  'limit-missing': [takes('lxc\\.prlimit\\.nofile = (-1|:|:5)')],
  'mount-unread': [takes('lxc\\.mount\\.entry = a( b( c d e f g h)?)?')],
  'interface-unread': [
    takes('lxc\\.net\\.0\\.(link|name|veth\\.pair) = (a b|a/b|a-name-that-is-too-long)'),
    takes('lxc\\.net\\.0\\.hwaddr = (zz|00:16:3e|00:16:3e:01:02:03:04)'),
    takes('lxc\\.net\\.0\\.mtu = (x|-1|12)'),
    takes('lxc\\.net\\.0\\.ipv6\\.address = fd00::1/129'),
    takes('lxc\\.net\\.3\\.type = vlan \\| lxc\\.net\\.3\\.vlan\\.id = 4095'),
  ],
  'tty-dir-outside': [takes('lxc\\.tty\\.dir = (/x|\\.\\./x)')],
  'martian-line': [takes('(LXC\\.|lcx\\.|)tty\\.max = 1')],
  'nul-byte': [takes('lxc\\.uts\\.name = a\\\\0b')],
  'command-quote': [takes('lxc\\.init\\.cmd = sh "a')],
  'group-directories': [takes('lxc\\.cgroup\\.dir = a \\| lxc\\.cgroup\\.dir\\.container = b')],
  // what is refused
  'newer-key': [refuses('lxc\\.(cap\\.inheritance|environment\\.(runtime|hooks)) =.*')],
  'older-key': [
    refuses('lxc\\.(aa_profile|aa_allow_incomplete|se_context|seccomp|id_map|utsname|tty|devttydir|pts|mount|rootfs|console) =.*'),
    refuses('lxc\\.(haltsignal|rebootsignal|stopsignal|init_cmd|init_uid|init_gid|logfile|loglevel|syslog) =.*'),
    refuses('lxc\\.(limit(\\.nofile)?|network(\\.type)?|kmsg|pivotdir|rootfs\\.backend) =.*'),
  ],
  'clear-nothing': [refuses('lxc\\.net\\.0\\.(type|link) =')],
  'type-later': [refuses('lxc\\.net\\.0\\.veth\\.mode = bridge \\| lxc\\.net\\.0\\.type = veth'), /^lxc\.net\.0\.link: LXC nothing, Holdfast br0$/],
  'namespace-names': [refuses('lxc\\.namespace\\.clone = mount network')],
  'idmap-both': [refuses('lxc\\.idmap = b 0 100000 65536')],
  'negative-offset': [refuses('lxc\\.time\\.offset\\.boot = -5h')],
  // what is understood
  'unset-null': [
    /^lxc\.(cgroup\.dir(\.\w+)*|namespace\.share\.\w+|net\.0\.type): LXC \(null\), Holdfast nothing$/,
    /^lxc\.net: LXC \(invalid\)(; .*)?, Holdfast .*$/,
  ],
  'unset-default': [
    /^lxc\.signal\.(halt|reboot|stop): LXC 0, Holdfast (30|2|9)$/,
    /^lxc\.autodev\.tmpfs\.size: LXC 0, Holdfast 500000$/,
    /^lxc\.rootfs\.mount: LXC \/usr\/lib\/\S+\/lxc\/rootfs, Holdfast nothing$/,
    /^lxc\.net\.\d\.(veth\.)?vlan\.id: LXC 0, Holdfast nothing$/,
  ],
  'keyring-session': [/^lxc\.keyring\.session: LXC 0, Holdfast 1$/],
  'ipvlan-mode': [/^lxc\.net\.2\.ipvlan\.mode: LXC l2, Holdfast l3$/],
  'cleared-mode': [
    /^lxc\.net\.\d\.(veth\.mode|macvlan\.mode|ipvlan\.mode|ipvlan\.isolation): LXC \(invalid\), Holdfast \w+$/,
    /^lxc\.monitor\.signal\.pdeath: LXC 0, Holdfast 9$/,
  ],
  'cleared-gateway': [/^lxc\.net\.\d\.ipv[46]\.gateway: LXC (dev|auto), Holdfast \S+$/],
  'offset-units': [/^lxc\.time\.offset\.boot: LXC (-?\d+) (n?s), Holdfast \1\2$/],
  'offset-both': [/^lxc\.time\.offset\.(boot|monotonic): LXC \d+ ?s, Holdfast \d+ns$/],
  'proc-joined': [/^lxc\.proc\.oom_score_adj: LXC (.+), Holdfast .+; .+$/],
  'capability-list': [/^lxc\.cap\.(keep|drop): LXC .+, Holdfast nothing$/, /^lxc\.cap\.keep: LXC nothing, Holdfast none$/],
  'mount-auto-parts': [/^lxc\.mount\.auto: LXC .*, Holdfast .*(:force|cgroup2|shmounts).*$/],
  'family-summary': [/^lxc\.net: LXC (\w+; )*\w+, Holdfast lxc\.net\.\d.*$/, /^lxc\.(hook|net\.\d): LXC no answer, Holdfast .*$/],
  'proxy-scheme': [/^lxc\.seccomp\.notify\.proxy: LXC (\S+), Holdfast unix:\1$/],
  'vlan-none': [/^lxc\.net\.\d\.veth\.vlan\.id: LXC -1, Holdfast none$/],
  'hwaddr-random': [/^lxc\.net\.0\.hwaddr: LXC 00:16:3e:[\da-f:]+, Holdfast 00:16:3e:xx:xx:xx$/],
  'address-class': [/^lxc\.net\.0\.ipv4\.address: LXC 10\.0\.3\.2\/8, Holdfast 10\.0\.3\.2$/],
  'environment-name': [/^lxc\.environment: LXC PATH=\S+, Holdfast PATH$/],
  'limit-order': [/^lxc\.prlimit: LXC (.+); (.+), Holdfast \2; \1$/, /^lxc\.sysctl: LXC (.+); (.+), Holdfast \2; \1$/],
};
