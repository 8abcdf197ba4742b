/* Aligning two texts: shared runs, stretches of maximal sum, the one-to-one cover. */
#ifndef DEDUP_ALIGN_H
#define DEDUP_ALIGN_H

#include <stddef.h>
#include <stdint.h>

#include "growing.h"

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
int align_cover(const Sentences *a, const Sentences *b, const int64_t *weights, size_t n_stems,
                double least, int lock_a, int32_t *partners);

#endif
