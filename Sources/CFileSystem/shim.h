#pragma once
#include <sys/types.h>

#ifdef __linux__
// <fcntl.h> declares it only if GNU extensions are requested, which Swift's Glibc module does not.
int sync_file_range(int descriptor, off_t offset, off_t count, unsigned int flags);

// SYNC_FILE_RANGE_WRITE of <fcntl.h>.
static const unsigned int msa_SYNC_FILE_RANGE_WRITE = 2;
#endif
