#pragma once
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>

// What `archive_errno` gives for bytes in no enabled format; libarchive keeps the name to itself.
#ifdef EFTYPE
static inline int msa_ARCHIVE_ERRNO_FILE_FORMAT(void) { return EFTYPE; }
#else
static inline int msa_ARCHIVE_ERRNO_FILE_FORMAT(void) { return EILSEQ; }
#endif
