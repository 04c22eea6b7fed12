#pragma once
#include <hdf5.h>

// Macros and inline constants that Swift's importer cannot see.
static inline unsigned msa_H5F_ACC_RDONLY(void) { return H5F_ACC_RDONLY; }
static inline unsigned msa_H5F_ACC_EXCL(void) { return H5F_ACC_EXCL; }
static inline unsigned msa_H5F_ACC_TRUNC(void) { return H5F_ACC_TRUNC; }
static inline unsigned msa_H5Z_FLAG_REVERSE(void) { return H5Z_FLAG_REVERSE; }
static inline haddr_t msa_HADDR_UNDEF(void) { return HADDR_UNDEF; }
static inline size_t msa_H5T_VARIABLE(void) { return H5T_VARIABLE; }
static inline hid_t msa_H5P_FILE_ACCESS(void) { return H5P_FILE_ACCESS; }
static inline hid_t msa_H5P_FILE_CREATE(void) { return H5P_FILE_CREATE; }
static inline hid_t msa_H5P_GROUP_CREATE(void) { return H5P_GROUP_CREATE; }
static inline hid_t msa_H5P_LINK_CREATE(void) { return H5P_LINK_CREATE; }
static inline hid_t msa_H5P_DATASET_CREATE(void) { return H5P_DATASET_CREATE; }
static inline hid_t msa_H5T_NATIVE_FLOAT(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t msa_H5T_NATIVE_DOUBLE(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t msa_H5T_IEEE_F32LE(void) { return H5T_IEEE_F32LE; }
static inline hid_t msa_H5T_IEEE_F64LE(void) { return H5T_IEEE_F64LE; }
static inline hid_t msa_H5T_C_S1(void) { return H5T_C_S1; }
