// Which C structures, and which of their members, become entries of structs.gen.ts.

/** A structure: its C type and, by table name, the C member (a table name alone stands for the member of that name). */
export interface Layout {
  readonly type: string;
  readonly from?: 'libc';
  readonly members: string;
}

/**
 * Declarations that the exported headers lack: the kernel keeps linux_dirent64 to itself (getdents64(2),
 * include/linux/dirent.h), and Landlock's have grown since (landlock(7), include/uapi/linux/landlock.h of 6.12).
 */
export const DECLARED = `
struct linux_dirent64 { __u64 d_ino; __s64 d_off; unsigned short d_reclen; unsigned char d_type; char d_name[]; };
struct newer_landlock_ruleset_attr { __u64 handled_access_fs; __u64 handled_access_net; __u64 scoped; };
struct newer_landlock_net_port_attr { __u64 allowed_access; __u64 port; };
`;

/** Structure layouts by table name. Members are `name` or `name=c.member`. */
export const LAYOUTS: Readonly<Record<string, Layout>> = {
  clone_args: {
    type: 'struct clone_args',
    members: 'flags pidfd child_tid parent_tid exit_signal stack stack_size tls set_tid set_tid_size cgroup',
  },
  open_how: { type: 'struct open_how', members: 'flags mode resolve' },
  mount_attr: { type: 'struct mount_attr', members: 'attr_set attr_clr propagation userns_fd' },
  statx: {
    type: 'struct statx',
    members: `stx_mask stx_blksize stx_attributes stx_nlink stx_uid stx_gid stx_mode stx_ino stx_size stx_blocks
      stx_attributes_mask stx_atime stx_btime stx_ctime stx_mtime stx_rdev_major stx_rdev_minor stx_dev_major
      stx_dev_minor stx_mnt_id`,
  },
  stat: {
    type: 'struct stat',
    members: 'st_dev st_ino st_nlink st_mode st_uid st_gid st_rdev st_size st_blksize st_blocks st_mtime st_ctime',
  },
  statfs: {
    type: 'struct statfs',
    members: 'f_type f_bsize f_blocks f_bfree f_bavail f_files f_ffree f_fsid f_namelen f_flags',
  },
  signalfd_siginfo: {
    type: 'struct signalfd_siginfo',
    members: 'ssi_signo ssi_errno ssi_code ssi_pid ssi_uid ssi_fd ssi_status',
  },
  siginfo: { type: 'siginfo_t', members: 'si_signo si_errno si_code si_pid si_uid si_status' },
  pollfd: { type: 'struct pollfd', members: 'fd events revents' },
  epoll_event: { type: 'struct epoll_event', members: 'events data' },
  iovec: { type: 'struct iovec', members: 'iov_base iov_len' },
  msghdr: {
    type: 'struct msghdr',
    from: 'libc',
    members: 'msg_name msg_namelen msg_iov msg_iovlen msg_control msg_controllen msg_flags',
  },
  cmsghdr: { type: 'struct cmsghdr', from: 'libc', members: 'cmsg_len cmsg_level cmsg_type' },
  ucred: { type: 'struct ucred', from: 'libc', members: 'pid uid gid' },
  sock_fprog: { type: 'struct sock_fprog', members: 'len filter' },
  sock_filter: { type: 'struct sock_filter', members: 'code jt jf k' },
  rlimit64: { type: 'struct rlimit64', members: 'rlim_cur rlim_max' },
  cap_user_header: { type: 'struct __user_cap_header_struct', members: 'version pid' },
  cap_user_data: { type: 'struct __user_cap_data_struct', members: 'effective permitted inheritable' },
  winsize: { type: 'struct winsize', members: 'ws_row ws_col ws_xpixel ws_ypixel' },
  termios: { type: 'struct termios', members: 'c_iflag c_oflag c_cflag c_lflag c_line c_cc' },
  ifreq: {
    type: 'struct ifreq',
    members: 'ifr_name=ifr_ifrn.ifrn_name ifr_flags=ifr_ifru.ifru_flags ifr_ifindex=ifr_ifru.ifru_ivalue',
  },
  timespec: { type: 'struct __kernel_timespec', members: 'tv_sec tv_nsec' },
  itimerspec: { type: 'struct __kernel_itimerspec', members: 'it_interval it_value' },
  linux_dirent64: { type: 'struct linux_dirent64', members: 'd_ino d_off d_reclen d_type' },
  sockaddr_un: { type: 'struct sockaddr_un', members: 'sun_family sun_path' },
  sockaddr_nl: { type: 'struct sockaddr_nl', members: 'nl_family nl_pad nl_pid nl_groups' },
  sockaddr_in: { type: 'struct sockaddr_in', members: 'sin_family sin_port sin_addr' },
  nlmsghdr: { type: 'struct nlmsghdr', members: 'nlmsg_len nlmsg_type nlmsg_flags nlmsg_seq nlmsg_pid' },
  nlmsgerr: { type: 'struct nlmsgerr', members: 'error msg' },
  ifinfomsg: { type: 'struct ifinfomsg', members: 'ifi_family ifi_type ifi_index ifi_flags ifi_change' },
  ifaddrmsg: { type: 'struct ifaddrmsg', members: 'ifa_family ifa_prefixlen ifa_flags ifa_scope ifa_index' },
  rtmsg: {
    type: 'struct rtmsg',
    members: 'rtm_family rtm_dst_len rtm_src_len rtm_tos rtm_table rtm_protocol rtm_scope rtm_type rtm_flags',
  },
  rtattr: { type: 'struct rtattr', members: 'rta_len rta_type' },
  seccomp_data: { type: 'struct seccomp_data', members: 'nr arch instruction_pointer args' },
  seccomp_notif: { type: 'struct seccomp_notif', members: 'id pid flags data' },
  seccomp_notif_resp: { type: 'struct seccomp_notif_resp', members: 'id val error flags' },
  seccomp_notif_sizes: { type: 'struct seccomp_notif_sizes', members: 'seccomp_notif seccomp_notif_resp seccomp_data' },
  robust_list_head: { type: 'struct robust_list_head', members: 'list futex_offset list_op_pending' },
  flock: { type: 'struct flock', members: 'l_type l_whence l_start l_len l_pid' },
  kernel_sigaction: {
    type: 'struct sigaction',
    members: 'handler=sa_handler flags=sa_flags restorer=sa_restorer mask=sa_mask',
  },
  sched_attr: {
    type: 'struct sched_attr',
    members: 'size sched_policy sched_flags sched_nice sched_priority sched_runtime sched_deadline sched_period',
  },
  utsname: { type: 'struct new_utsname', members: 'sysname nodename release version machine domainname' },
  bpf_insn: { type: 'struct bpf_insn', members: 'code off imm' },
  bpf_cgroup_dev_ctx: { type: 'struct bpf_cgroup_dev_ctx', members: 'access_type major minor' },
  bpf_attr: {
    type: 'union bpf_attr',
    members: `prog_type insn_cnt insns license log_level log_size log_buf kern_version prog_flags prog_name
      expected_attach_type target_fd attach_bpf_fd attach_type attach_flags replace_bpf_fd
      query_target_fd=query.target_fd query_attach_type=query.attach_type query_query_flags=query.query_flags
      query_attach_flags=query.attach_flags query_prog_ids=query.prog_ids query_prog_cnt=query.prog_cnt
      prog_id info_bpf_fd=info.bpf_fd info_info_len=info.info_len info_info=info.info`,
  },
  bpf_prog_info: { type: 'struct bpf_prog_info', members: 'type id tag' },
  landlock_ruleset_attr: {
    type: 'struct newer_landlock_ruleset_attr',
    members: 'handled_access_fs handled_access_net scoped',
  },
  landlock_net_port_attr: { type: 'struct newer_landlock_net_port_attr', members: 'allowed_access port' },
  landlock_path_beneath_attr: { type: 'struct landlock_path_beneath_attr', members: 'allowed_access parent_fd' },
};
