// Philox 4x32-10 for the kernels and for Swift; see Philox.swift.
#pragma once
#include <stdint.h>

struct msa_philox {
  uint32_t key0, key1;
};

struct msa_philox_block {
  uint32_t x0, x1, x2, x3;
};

// Four random words for a 128-bit counter.
static inline __attribute__((always_inline)) struct msa_philox_block msa_philox_block(
    struct msa_philox generator, uint32_t c0, uint32_t c1, uint32_t c2, uint32_t c3) {
  struct msa_philox_block x = {c0, c1, c2, c3};
  // Unrolled so that a loop over counters vectorises.
#pragma clang loop unroll(full)
  for (int round = 0; round < 10; round++) {
    uint64_t a = (uint64_t)x.x0 * 0xD2511F53, b = (uint64_t)x.x2 * 0xCD9E8D57;
    x = (struct msa_philox_block){
        (uint32_t)(b >> 32) ^ x.x1 ^ generator.key0, (uint32_t)b, (uint32_t)(a >> 32) ^ x.x3 ^ generator.key1, (uint32_t)a};
    generator.key0 += 0x9E3779B9;
    generator.key1 += 0xBB67AE85;
  }
  return x;
}
