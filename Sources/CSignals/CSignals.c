#define _GNU_SOURCE
#include "CSignals.h"

#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

// Exit statuses of DataError.Code.
enum { bad_data = 65, internal_bug = 70, system_refused = 71, io_failed = 74 };

static char program[64];
static atomic_bool is_silent;
static atomic_bool is_ending;
// What helps a run whose time is over; null where running it again does.
static _Atomic(char *) advice;

// From here to `on_signal`, only async-signal-safe functions are called.

struct line {
  char bytes[2048];
  size_t count;
};

static void add(struct line *line, const char *text) {
  for (; *text != 0 && *text != '\n' && line->count < sizeof line->bytes - 1; text++) {
    unsigned char byte = (unsigned char)*text;
    // Names come from strangers' files: nothing in them may move the cursor or forge a line. U+0080 to U+009F are C2 80
    // to C2 9F.
    bool is_control = byte < 0x20 || byte == 0x7f ||
        (byte == 0xc2 && ((unsigned char)text[1] & 0xe0) == 0x80);
    if (is_control && byte == 0xc2) text++;
    line->bytes[line->count++] = is_control ? '?' : *text;
  }
}

// The first thread here prints; the others wait for the end.
static _Noreturn void end(struct line *line, int status) {
  if (atomic_exchange(&is_ending, true)) for (;;) pause();
  if (!atomic_load(&is_silent)) {
    line->bytes[line->count++] = '\n';
    for (size_t done = 0; done < line->count;) {
      ssize_t count = write(STDERR_FILENO, line->bytes + done, line->count - done);
      if (count == 0 || (count < 0 && errno != EINTR)) break;
      if (count > 0) done += (size_t)count;
    }
  }
  _exit(status);
}

static void begin(struct line *line) {
  line->count = 0;
  add(line, program);
  add(line, ": error: ");
}

static _Noreturn void end_without_memory(const char *detail) {
  struct line line;
  begin(&line);
  add(&line, "no memory is left");
  if (detail) {
    add(&line, " (");
    add(&line, detail);
    add(&line, ")");
  }
  add(&line, ". Run again when more of it is free, use fewer --threads, or raise the limit (ulimit -v).");
  end(&line, system_refused);
}

// ---- What is printed through `stderr` ----

static char heard[1024];
static atomic_size_t heard_count;

// Swift's runtime prints this, then a backtrace, then aborts.
static const char no_memory[] = "failed to allocate";

static const char *find_no_memory(void) {
  const char *found = strstr(heard, no_memory);
  return found ? found : strstr(heard, "bad_alloc");
}

#ifdef __linux__
static ssize_t hear(void *cookie, const char *bytes, size_t count) {
  (void)cookie;
  size_t place = atomic_fetch_add(&heard_count, count);
  for (size_t i = 0; i < count && place + i < sizeof heard - 1; i++) heard[place + i] = bytes[i];
  const char *found = strstr(heard, no_memory);
  if (found && strchr(found, '\n')) end_without_memory(found);
  return (ssize_t)count;
}
#endif

const char *msa_last_words_heard(void) { return heard; }

// ---- Mapped files ----

struct mapping {
  struct mapping *next;
  _Atomic(uintptr_t) start;
  size_t count;
  char *path;
};

// Only grows: a handler may be reading it. Forgotten entries are reused.
static _Atomic(struct mapping *) mappings;
static atomic_flag is_noting = ATOMIC_FLAG_INIT;

void *msa_mapping_note(const void *start, size_t count, const char *path) {
  char *copy = strdup(path);
  if (!copy) return NULL;
  while (atomic_flag_test_and_set(&is_noting)) {}
  struct mapping *mapping = atomic_load(&mappings);
  while (mapping && atomic_load(&mapping->start) != 0) mapping = mapping->next;
  bool is_new = mapping == NULL;
  if (is_new) mapping = calloc(1, sizeof *mapping);
  if (mapping) {
    free(mapping->path);
    mapping->path = copy;
    mapping->count = count;
    atomic_store(&mapping->start, (uintptr_t)start);
    if (is_new) {
      mapping->next = atomic_load(&mappings);
      atomic_store(&mappings, mapping);
    }
  } else {
    free(copy);
  }
  atomic_flag_clear(&is_noting);
  return mapping;
}

void msa_mapping_forget(void *mapping) {
  if (mapping) atomic_store(&((struct mapping *)mapping)->start, 0);
}

static const struct mapping *mapping_at(uintptr_t address) {
  for (struct mapping *mapping = atomic_load(&mappings); mapping; mapping = mapping->next) {
    uintptr_t start = atomic_load(&mapping->start);
    if (start != 0 && address >= start && address - start < mapping->count) return mapping;
  }
  return NULL;
}

// A page of a mapped file is unavailable: the file is shorter than it was, or the disk fails.
static _Noreturn void end_in_mapping(const struct mapping *mapping, uintptr_t address) {
  struct line line;
  begin(&line);
  add(&line, mapping->path);
  struct stat status;
  uintptr_t page = address & ~((uintptr_t)sysconf(_SC_PAGESIZE) - 1);
  size_t offset = page > mapping->start ? page - mapping->start : 0;
  if (stat(mapping->path, &status) == 0 && (size_t)status.st_size > offset && (size_t)status.st_size >= mapping->count) {
    add(&line, ": Input/output error while reading it. Check the disk, and run again.");
    end(&line, io_failed);
  }
  add(&line, ": was cut short while it was read. Make the file again, and rerun when nobody writes to it.");
  end(&line, bad_data);
}

// ---- Signals ----

static const int last_signals[] = {SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGXCPU};
enum { last_signal_count = sizeof last_signals / sizeof *last_signals };

static const char *name_of(int number) {
  switch (number) {
  case SIGILL: return "an illegal instruction (SIGILL)";
  case SIGTRAP: return "a trap (SIGTRAP)";
  case SIGABRT: return "an abort (SIGABRT)";
  case SIGBUS: return "a bad address (SIGBUS)";
  case SIGFPE: return "an impossible division (SIGFPE)";
  default: return "a bad address (SIGSEGV)";
  }
}

// If the heap cannot grow but the error comes from a tracer or sandbox instead of the kernel, the C library takes the
// error for an address.
static bool heap_end_is_no_address(void) { return (intptr_t)sbrk(0) < 0; }

// glibc prints a line of its own before it aborts, e.g. for a corrupted heap, and points this at the text; null in
// other libraries.
static struct glibc_message {
  unsigned size;
  char text[];
} **abort_message;

// No random numbers are available: the system gave none.
static bool is_lack(const struct glibc_message *message) { return strstr(message->text, "cannot get entropy") != NULL; }

// The programs need about 128 KiB of it; 8 MiB are usual.
enum { least_stack = 1 << 18 };

// The kernel lets the main thread's stack grow to its limit, and then sends a signal as for any address that is none.
static bool is_stack_too_small(int number, const siginfo_t *info) {
  struct rlimit limit;
  return number == SIGSEGV && info->si_code > 0 && getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur < least_stack;
}

static void on_signal(int number, siginfo_t *info, void *context) {
  (void)context;
  // A failure for lack of memory that does not say so has left its mark in `errno`.
  bool is_without_memory =
      number != SIGXCPU && (errno == ENOMEM || find_no_memory() != NULL || heap_end_is_no_address());
  uintptr_t address = (uintptr_t)info->si_addr;
  const struct mapping *mapping = number == SIGBUS && info->si_code > 0 ? mapping_at(address) : NULL;
  if (mapping) end_in_mapping(mapping, address);
  bool is_without_stack = is_stack_too_small(number, info);
  if (atomic_load(&is_silent) && !is_without_memory && !is_without_stack) {
    signal(number, SIG_DFL);
    raise(number);
    return;
  }
  if (number == SIGABRT && abort_message && *abort_message)
    _exit(is_without_memory || is_lack(*abort_message) ? system_refused : internal_bug);
  struct line line;
  begin(&line);
  if (is_without_stack) {
    add(&line, "the stack may not grow as far as it has to. Raise the limit (ulimit -s), and run again.");
    end(&line, system_refused);
  }
  if (is_without_memory) end_without_memory(NULL);
  if (number == SIGXCPU) {
    add(&line, "the time that the processor may be used is over. Raise the limit (ulimit -t)");
    const char *text = atomic_load(&advice);
    // A command that is cut off is none.
    if (text && strlen(text) + 2 < sizeof line.bytes - line.count) {
      add(&line, ". ");
      add(&line, text);
    } else {
      add(&line, ", and run again.");
    }
    end(&line, system_refused);
  }
  add(&line, "internal error: ");
  add(&line, heard[0] ? heard : name_of(number));
  add(&line, ". This is a bug; please report it with the command line that led here.");
  end(&line, internal_bug);
}

void msa_last_words_cover_thread(void) {
  static _Thread_local char room[1 << 14];
  stack_t stack = {.ss_sp = room, .ss_size = sizeof room, .ss_flags = 0};
  sigaltstack(&stack, NULL);
}

static void install(void) {
  abort_message = dlsym(RTLD_DEFAULT, "__abort_msg");
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = on_signal;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  sigemptyset(&action.sa_mask);
  // Whoever started the program may have blocked them for itself, and a program inherits that.
  sigset_t handled;
  sigemptyset(&handled);
  for (int i = 0; i < last_signal_count; i++) {
    sigaction(last_signals[i], &action, NULL);
    sigaddset(&handled, last_signals[i]);
  }
  pthread_sigmask(SIG_UNBLOCK, &handled, NULL);
  // Swift's runtime would print a backtrace here too.
  signal(SIGQUIT, SIG_DFL);
  msa_last_words_cover_thread();
}

void msa_last_words_prepare(const char *name) {
  strncpy(program, name, sizeof program - 1);
  install();
#ifdef __linux__
  cookie_io_functions_t functions = {.write = hear};
  FILE *stream = fopencookie(NULL, "w", functions);
  if (stream) {
    setvbuf(stream, NULL, _IONBF, 0);
    stderr = stream;
  }
#endif
}

void msa_last_words_advise(const char *text) {
  const char *old = atomic_load(&advice);
  if (old && strcmp(old, text) == 0) return;
  char *copy = strdup(text);
  // The old one is not freed: a handler may be reading it.
  if (copy) atomic_store(&advice, copy);
}

void msa_last_words_be_silent(void) {
  atomic_store(&is_silent, true);
  install();
}
