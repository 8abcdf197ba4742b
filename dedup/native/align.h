/* Aligning two texts: tiles of two sentences, shared runs, stretches of maximal sum, partners. */
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

/* The sentences of one text, or of a part of it: sentence i has stems[firsts[i]..firsts[i + 1]). */
typedef struct {
    const int32_t *stems;
    const int64_t *firsts;
    size_t n, sentences;
} Sentences;

/* Appends (length, place in a, place in b) as int32 for each maximal shared run; -1 when memory ran
 * out, as below. */
int align_runs(const int32_t *a, size_t n_a, const int32_t *b, size_t n_b, size_t least,
               Growing *out);

/* Appends (begin, end) as int64 for each maximal stretch. */
int align_segments(const int64_t *gains, size_t n, int64_t least, Growing *out);

/* The partner in a of every token of b, or -1. Stems are below n_stems. */
int align_partners(const Sentences *a, const Sentences *b, const int64_t *weights, size_t n_stems,
                double least, int32_t *partners);

#endif
