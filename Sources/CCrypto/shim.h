#pragma once
#include <openssl/evp.h>

// xxHash with the vector instructions of the current machine, chosen at run time. Compiled by the Swift compiler, which
// does not unroll its loops, it would take three times as long.
#if defined(__x86_64__) && __has_include(<xxh_x86dispatch.h>)
#include <xxh_x86dispatch.h>
#else
#include <xxhash.h>
#endif

// The choice is made by macros, which Swift's importer cannot follow.
static inline XXH3_state_t *msa_XXH3_createState(void) { return XXH3_createState(); }
static inline void msa_XXH3_freeState(XXH3_state_t *state) { XXH3_freeState(state); }
static inline void msa_XXH3_128bits_reset(XXH3_state_t *state) { XXH3_128bits_reset(state); }
static inline void msa_XXH3_128bits_update(XXH3_state_t *state, const void *bytes, size_t count) {
  XXH3_128bits_update(state, bytes, count);
}
static inline XXH128_hash_t msa_XXH3_128bits_digest(const XXH3_state_t *state) { return XXH3_128bits_digest(state); }
static inline XXH128_hash_t msa_XXH3_128bits(const void *bytes, size_t count) { return XXH3_128bits(bytes, count); }
