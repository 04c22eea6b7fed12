#pragma once
#include <stdbool.h>

#if defined(__x86_64__)
#include <cpuid.h>

// Bits of the leaves 1, 7 and 0x80000001 of CPUID, and of the register that says which vectors the system saves.
static inline bool msa_has(unsigned leaf, unsigned ecx, unsigned ebx) {
  unsigned a, b, c, d;
  return __get_cpuid_count(leaf, 0, &a, &b, &c, &d) && (c & ecx) == ecx && (b & ebx) == ebx;
}

static inline bool msa_saves(unsigned states) {
  // OSXSAVE: without it XGETBV is no instruction.
  if (!msa_has(1, 1u << 27, 0)) return false;
  unsigned low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (low & states) == states;
}

// x86-64-v3 of the System V ABI: SSE3, SSSE3, FMA, CX16, SSE4.1, SSE4.2, MOVBE, POPCNT, AVX, F16C; BMI, AVX2, BMI2;
// LAHF, LZCNT; and a system that saves 256-bit registers.
static inline bool msa_has_x86_64_v3(void) {
  unsigned first = 1u << 0 | 1u << 9 | 1u << 12 | 1u << 13 | 1u << 19 | 1u << 20 | 1u << 22 | 1u << 23;
  return msa_has(1, first | 1u << 28 | 1u << 29, 0)
      && msa_has(7, 0, 1u << 3 | 1u << 5 | 1u << 8) && msa_has(0x80000001, 1u << 0 | 1u << 5, 0) && msa_saves(0x6);
}

// AVX-512 F, and a system that saves 512-bit registers and masks.
static inline bool msa_has_avx512(void) { return msa_has_x86_64_v3() && msa_has(7, 0, 1u << 16) && msa_saves(0xe6); }

#else

static inline bool msa_has_x86_64_v3(void) { return false; }
static inline bool msa_has_avx512(void) { return false; }

#endif
