// A proxy for notified calls, as the programs behind lxc.seccomp.notify.proxy are: one SOCK_SEQPACKET connection for each
// monitor, a message with three descriptors (the caller's directory in /proc, its memory, the listener), the message back
// without its cookie. Node has no SOCK_SEQPACKET.
//
//   proxy ADDRESS WAY [NUMBER]
//
// Says `ready`, then of each message `call NR cookie=... monitor=... init=... pid=... id=... ok=...`. Ways: mknod (makes
// /dev/null's and no other device), errno N, value N, continue, slow MILLISECONDS (then value 0), die (without an answer),
// short, wrong-id, reserved, flags (an answer that is none).
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

struct message {
	uint64_t reserved;
	int32_t monitor, init;
	struct seccomp_notif_sizes sizes;
	uint64_t cookie_length;
	struct seccomp_notif call;
	struct seccomp_notif_resp answer;
	char cookie[256];
};
#define WITHOUT_COOKIE offsetof(struct message, cookie)
#define CLIENTS 64

static const char *way;
static long number;

/** The caller's own view of its path; only an absolute one, only the device 1:3. */
static int make_node(const struct seccomp_data *data, int directory, int memory)
{
	int at = data->nr == SYS_mknodat;
	mode_t mode = data->args[at + 1];
	char path[256] = "";
	if (!S_ISCHR(mode) || (dev_t)data->args[at + 2] != makedev(1, 3)) return -EPERM;
	if (pread(memory, path, sizeof path - 1, data->args[at]) <= 0 || path[0] != '/') return -EINVAL;
	int root = openat(directory, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int failed = root < 0 || mknodat(root, path + 1, mode, makedev(1, 3)) != 0;
	int error = errno;
	if (root >= 0) close(root);
	return failed ? -error : 0;
}

/** Answers one message; 0 when the connection has ended. */
static int serve(int client)
{
	struct message m = {0};
	union { char bytes[CMSG_SPACE(3 * sizeof(int))]; struct cmsghdr align; } control;
	struct iovec vector = {&m, sizeof m};
	struct msghdr header = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
	ssize_t length = recvmsg(client, &header, MSG_CMSG_CLOEXEC);
	if (length <= 0) return 0;
	int fds[3] = {-1, -1, -1};
	struct cmsghdr *c = CMSG_FIRSTHDR(&header);
	if (c && c->cmsg_len == CMSG_LEN(sizeof fds)) memcpy(fds, CMSG_DATA(c), sizeof fds);
	uint64_t id = m.call.id;
	int ok = length == (ssize_t)(WITHOUT_COOKIE + m.cookie_length) && m.answer.id == id && m.sizes.seccomp_notif == sizeof m.call &&
		 m.sizes.seccomp_notif_resp == sizeof m.answer && ioctl(fds[2], SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0;
	printf("call %d cookie=%.*s monitor=%d init=%d pid=%u id=%llu ok=%d\n", m.call.data.nr, (int)m.cookie_length, m.cookie, m.monitor, m.init,
	       m.call.pid, (unsigned long long)id, ok);
	fflush(stdout);
	size_t answer = WITHOUT_COOKIE;
	if (!strcmp(way, "die")) exit(0);
	if (!strcmp(way, "mknod")) m.answer.error = make_node(&m.call.data, fds[0], fds[1]);
	if (!strcmp(way, "errno")) m.answer.error = -number;
	if (!strcmp(way, "value")) m.answer.val = number;
	if (!strcmp(way, "continue")) m.answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	if (!strcmp(way, "slow")) usleep(number * 1000);
	if (!strcmp(way, "short")) answer -= 1;
	if (!strcmp(way, "wrong-id")) m.answer.id += 1;
	if (!strcmp(way, "reserved")) m.reserved = 1;
	if (!strcmp(way, "flags")) m.answer.flags = 0x80, m.answer.val = 7;
	for (int i = 0; i < 3; i++) close(fds[i]);
	return send(client, &m, answer, MSG_NOSIGNAL) == (ssize_t)answer;
}

int main(int argc, char **argv)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct pollfd polled[CLIENTS + 1];
	int count = 1;
	if (argc < 3) return 2;
	way = argv[2];
	number = argc > 3 ? atol(argv[3]) : 0;
	umask(0);
	size_t length = strlen(argv[1]);
	memcpy(address.sun_path, argv[1], length);
	if (argv[1][0] == '@') address.sun_path[0] = 0;
	else unlink(argv[1]);
	int listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (bind(listener, (struct sockaddr *)&address, offsetof(struct sockaddr_un, sun_path) + length + (argv[1][0] != '@')) || listen(listener, 8)) {
		perror("proxy");
		return 1;
	}
	puts("ready");
	fflush(stdout);
	polled[0] = (struct pollfd){listener, POLLIN, 0};
	for (;;) {
		if (poll(polled, count, -1) < 0) return 1;
		for (int i = count - 1; i > 0; i--) {
			if (!polled[i].revents || serve(polled[i].fd)) continue;
			close(polled[i].fd);
			polled[i] = polled[--count];
		}
		if (polled[0].revents && count <= CLIENTS) {
			polled[count] = (struct pollfd){accept4(listener, 0, 0, SOCK_CLOEXEC), POLLIN, 0};
			if (polled[count].fd >= 0) count++;
		}
	}
}
