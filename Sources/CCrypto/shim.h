#pragma once
#include <openssl/evp.h>

// Inlined, xxHash is compiled with the vector instructions that the importing target is built for; the distributions'
// library is built for the oldest machine.
#define XXH_INLINE_ALL
#include <xxhash.h>

// XXH_INLINE_ALL renames the functions by macros, which Swift's importer cannot follow.
static inline XXH3_state_t *msa_XXH3_createState(void) { return XXH3_createState(); }
static inline void msa_XXH3_freeState(XXH3_state_t *state) { XXH3_freeState(state); }
static inline void msa_XXH3_128bits_reset(XXH3_state_t *state) { XXH3_128bits_reset(state); }
static inline void msa_XXH3_128bits_update(XXH3_state_t *state, const void *bytes, size_t count) {
  XXH3_128bits_update(state, bytes, count);
}
static inline XXH128_hash_t msa_XXH3_128bits_digest(const XXH3_state_t *state) { return XXH3_128bits_digest(state); }
static inline XXH128_hash_t msa_XXH3_128bits(const void *bytes, size_t count) { return XXH3_128bits(bytes, count); }
