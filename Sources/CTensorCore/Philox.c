// Random words of many counters.
#include "Vectors.h"

void msa_philox_fill(
    struct msa_philox generator, uint32_t first, uint32_t stream, uint64_t step, long blockCount, uint32_t *words) {
  for (long index = 0; index < blockCount; index++) {
    struct msa_philox_block x =
        msa_philox_block(generator, first + (uint32_t)index, stream, (uint32_t)step, (uint32_t)(step >> 32));
    words[4 * index] = x.x0;
    words[4 * index + 1] = x.x1;
    words[4 * index + 2] = x.x2;
    words[4 * index + 3] = x.x3;
  }
}

END_OF_VECTORS
