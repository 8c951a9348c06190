/* The init of the memory measurement: waits for ever, and as PID 1 ignores what has no handler. */
#include "nolibc.h"

void enter(word *stack) {
  (void)stack;
  for (;;) SYS(ppoll);
}
