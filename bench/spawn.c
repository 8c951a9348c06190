/*
 * The timing loop. Starts every contender once a round, in a random order that is new in each round, and measures
 * from before posix_spawn until wait4 has its status. In C, because a loop in Node would measure Node: its spawn
 * forks and takes longer than a whole container.
 *
 * usage: spawn ROUNDS WARMUP PAUSE_MS SEED < CONTENDERS
 *   CONTENDERS: a line each, tab separated: name, status expected, mount namespace to start it in (a file, or -),
 *   program, arguments...
 * output, tab separated because names hold commas: a line `run NAME WALL_NS CPU_US` for each measured start (the CPU
 *   time of everything that was waited for below the contender), and `failed NAME REASON` for a contender that once
 *   did not leave with the status expected; it is not started again.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST_CONTENDERS 64
#define MOST_WORDS 256
#define PATIENCE_SECONDS 30 /* a start that hangs is killed and told, instead of hanging the benchmark */

extern char **environ;

struct sample {
  int64_t wall_ns;
  int64_t cpu_us;
};

struct contender {
  char *name;
  int expected;
  int view; /* descriptor of its mount namespace, or -1 for ours */
  char *words[MOST_WORDS + 1];
  struct sample *samples;
  int count;
  char failure[128]; /* empty: still in the race */
};

static struct contender contenders[MOST_CONTENDERS];
static int contender_count;
static volatile sig_atomic_t running;
static volatile sig_atomic_t timed_out;
static volatile sig_atomic_t told_to_end;

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void on_alarm(int signal) {
  (void)signal;
  timed_out = 1;
  if (running > 0) kill(running, SIGKILL);
}

/* The start under way is waited for, so that its container is gone when the caller cleans up. */
static void on_end(int signal) {
  (void)signal;
  told_to_end = 1;
}

static void read_contenders(int rounds) {
  char *line = NULL;
  size_t room = 0;
  ssize_t length;
  while ((length = getline(&line, &room, stdin)) > 0) {
    if (line[length - 1] == '\n') line[length - 1] = 0;
    if (contender_count == MOST_CONTENDERS) {
      fprintf(stderr, "spawn: more than %d contenders\n", MOST_CONTENDERS);
      exit(2);
    }
    struct contender *it = &contenders[contender_count++];
    char *rest = strdup(line);
    it->name = strsep(&rest, "\t");
    char *expected = strsep(&rest, "\t");
    char *view = strsep(&rest, "\t");
    int words = 0;
    while (rest != NULL && words < MOST_WORDS) it->words[words++] = strsep(&rest, "\t");
    if (expected == NULL || view == NULL || words == 0 || rest != NULL) {
      fprintf(stderr, "spawn: contender '%s' has no program or more than %d words\n", it->name, MOST_WORDS);
      exit(2);
    }
    it->expected = atoi(expected);
    it->view = strcmp(view, "-") == 0 ? -1 : open(view, O_RDONLY | O_CLOEXEC);
    if (it->view < 0 && strcmp(view, "-") != 0) die(view);
    it->samples = calloc((size_t)rounds, sizeof *it->samples);
    if (it->samples == NULL) die("calloc");
  }
  free(line);
}

static int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static int64_t microseconds(struct timeval t) { return t.tv_sec * 1000000LL + t.tv_usec; }

/* Not measured: a contender that needs another mount namespace is started from within it. */
static void enter_view(int namespace) {
  if (namespace >= 0 && setns(namespace, CLONE_NEWNS) < 0) die("setns");
}

static void start_once(struct contender *it, int measured) {
  pid_t pid;
  int status;
  struct rusage used;
  timed_out = 0;
  alarm(PATIENCE_SECONDS);
  int64_t begin = now_ns();
  int failed = posix_spawn(&pid, it->words[0], NULL, NULL, it->words, environ);
  if (failed != 0) {
    alarm(0);
    snprintf(it->failure, sizeof it->failure, "cannot be started: %s", strerror(failed));
    return;
  }
  running = pid;
  while (wait4(pid, &status, 0, &used) < 0)
    if (errno != EINTR) die("wait4");
  int64_t end = now_ns();
  running = 0;
  alarm(0);
  if (timed_out)
    snprintf(it->failure, sizeof it->failure, "did not end within %d s", PATIENCE_SECONDS);
  else if (WIFSIGNALED(status))
    snprintf(it->failure, sizeof it->failure, "killed by signal %d in run %d", WTERMSIG(status), it->count + 1);
  else if (WEXITSTATUS(status) != it->expected)
    snprintf(it->failure, sizeof it->failure, "status %d instead of %d in run %d", WEXITSTATUS(status), it->expected, it->count + 1);
  else if (measured)
    it->samples[it->count++] = (struct sample){end - begin, microseconds(used.ru_utime) + microseconds(used.ru_stime)};
}

/* xorshift64*: the order has to be mixed and repeatable by its seed, nothing more. */
static uint64_t random_state;

static uint64_t random_below(uint64_t limit) {
  random_state ^= random_state >> 12;
  random_state ^= random_state << 25;
  random_state ^= random_state >> 27;
  return (random_state * 0x2545f4914f6cdd1dULL >> 33) % limit;
}

static void shuffle(int *order, int n) {
  for (int i = n - 1; i > 0; i--) {
    int j = (int)random_below((uint64_t)i + 1);
    int kept = order[i];
    order[i] = order[j];
    order[j] = kept;
  }
}

/* Contenders get /dev/null for 0 and 1; what they complain about on 2 is the caller's to keep. */
static FILE *keep_results_apart(void) {
  int results = fcntl(1, F_DUPFD_CLOEXEC, 3);
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (results < 0 || null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0) die("standard descriptors");
  FILE *file = fdopen(results, "w");
  if (file == NULL) die("fdopen");
  return file;
}

int main(int argc, char **argv) {
  if (argc != 5) {
    fprintf(stderr, "usage: spawn ROUNDS WARMUP PAUSE_MS SEED < CONTENDERS\n");
    return 2;
  }
  int rounds = atoi(argv[1]);
  int warmup = atoi(argv[2]);
  long pause_ms = atol(argv[3]);
  random_state = strtoull(argv[4], NULL, 10) | 1; /* zero would stay zero */
  read_contenders(rounds);
  FILE *results = keep_results_apart();
  signal(SIGALRM, on_alarm);
  signal(SIGTERM, on_end);
  signal(SIGINT, on_end);
  int own_view = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
  if (own_view < 0) die("/proc/self/ns/mnt");

  int order[MOST_CONTENDERS];
  for (int i = 0; i < contender_count; i++) order[i] = i;
  for (int round = -warmup; round < rounds; round++) {
    shuffle(order, contender_count);
    for (int i = 0; i < contender_count; i++) {
      struct contender *it = &contenders[order[i]];
      if (told_to_end) return 3;
      if (it->failure[0] != 0) continue;
      struct timespec pause = {pause_ms / 1000, pause_ms % 1000 * 1000000};
      if (pause_ms > 0) nanosleep(&pause, NULL);
      enter_view(it->view);
      start_once(it, round >= 0);
      if (it->view >= 0) enter_view(own_view);
    }
  }

  /* Written only now: no input or output between two starts. */
  for (int i = 0; i < contender_count; i++) {
    struct contender *it = &contenders[i];
    for (int k = 0; k < it->count; k++)
      fprintf(results, "run\t%s\t%lld\t%lld\n", it->name, (long long)it->samples[k].wall_ns, (long long)it->samples[k].cpu_us);
    if (it->failure[0] != 0) fprintf(results, "failed\t%s\t%s\n", it->name, it->failure);
  }
  return fclose(results) == 0 ? 0 : 1;
}
