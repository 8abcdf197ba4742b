/* Aligning: the runs of stems that two sentences share. */
#ifndef DEDUP_ALIGN_H
#define DEDUP_ALIGN_H

#include <stddef.h>
#include <stdint.h>

#include "growing.h"

typedef struct {
    const int32_t *stems; /* not negative */
    size_t n;
} Sentence;

/* Memory that is kept from call to call; all zero to begin with. */
typedef struct {
    int32_t *a, *b, *rows;
    size_t capacity_a, capacity_b;
} Tiler;

void tiler_free(Tiler *tiler);

/* Greedy string tiling; see Kernels.tiles in dedup/aligner/kernels.py. Appends int32 a, b, length,
 * counted from the beginnings of the two sentences plus first_a and first_b. light is by stem, used
 * by token of b. -1 when memory ran out. */
int tiles_find(Tiler *tiler, const Sentence *a, const Sentence *b, const uint8_t *light,
               const uint8_t *used, int32_t first_a, int32_t first_b, Growing *runs);

#endif
