#pragma once
#include <hdf5.h>

// Macros and inline constants that Swift's importer cannot see.
static inline unsigned msa_H5F_ACC_RDONLY(void) { return H5F_ACC_RDONLY; }
static inline unsigned msa_H5F_ACC_TRUNC(void) { return H5F_ACC_TRUNC; }
