#pragma once
#include <stdbool.h>
#include <stddef.h>

/// Makes every unplanned end (a trap, a bad address, no memory, a truncated mapped file) print one line, `<program>:
/// error: …`, and exit: 65, 70, 71 or 74. No backtrace, and nothing else on standard error: what C libraries and
/// Swift's runtime print through `stderr` is saved for that line.
void msa_last_words_prepare(const char *program);

/// Says what to do where the processor's time is over, in place of "run again"; `text` is copied.
void msa_last_words_advise(const char *text);

/// For a process that was forked: it prints nothing, exits with 71 where there is no memory, and else dies of its signal.
void msa_last_words_be_silent(void);

/// Gives the handlers a stack on the calling thread, so that a stack overflow is reported too.
void msa_last_words_cover_thread(void);

/// What was printed through `stderr` since `msa_last_words_prepare`, up to the end of the first line; empty if nothing
/// was.
const char *msa_last_words_heard(void);

/// Records that these bytes are a mapped file's; `path` is copied. Returns what `msa_mapping_forget` takes; null
/// without memory.
void *msa_mapping_note(const void *start, size_t count, const char *path);

/// Records that they no longer are.
void msa_mapping_forget(void *mapping);

/// The number of words on the command line, the program's own name among them.
int msa_argument_count(void);

/// One of them, from 0.
const char *msa_argument(int number);
