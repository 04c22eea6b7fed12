#pragma once
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <locale.h>
#ifdef __APPLE__
#include <xlocale.h>
#endif

// What `archive_errno` gives for bytes in no enabled format; libarchive does not publish the name.
#ifdef EFTYPE
static inline int msa_ARCHIVE_ERRNO_FILE_FORMAT(void) { return EFTYPE; }
#else
static inline int msa_ARCHIVE_ERRNO_FILE_FORMAT(void) { return EILSEQ; }
#endif

// A locale in which text is UTF-8, for threads in which libarchive reads names; 0 if the system has none.
static inline locale_t msa_new_utf8_locale(void) {
  const char *const names[] = {"C.UTF-8", "C.utf8", "en_US.UTF-8", "UTF-8"};
  for (unsigned index = 0; index < sizeof names / sizeof *names; index++) {
    locale_t locale = newlocale(LC_CTYPE_MASK, names[index], (locale_t)0);
    if (locale != (locale_t)0) return locale;
  }
  return (locale_t)0;
}
