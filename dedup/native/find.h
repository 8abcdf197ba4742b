/* Finding pairs: postings of fingerprints, and the exact comparison of two token sequences. */
#ifndef DEDUP_FIND_H
#define DEDUP_FIND_H

#include <stddef.h>
#include <stdint.h>

#include "growing.h"

typedef struct {
    Growing groups;    /* int64: where each group of documents ends */
    Growing documents; /* uint32: ascending within a group */
    uint64_t common;   /* fingerprints left out because too many documents have them */
} Postings;

/* The chosen documents that have each fingerprint, for fingerprints of 2 to `most` of them.
 * offsets: n + 1. -1 when memory ran out. */
int postings_build(const uint32_t *fingerprints, const int64_t *offsets, const uint8_t *chosen,
                   size_t n, size_t most, Postings *out);

/* Pairs (a < b) of documents that share at least `least` groups, as uint32 a, b, ascending. */
int postings_pairs(const int64_t *groups, size_t n_groups, const uint32_t *documents, size_t n,
                   uint32_t least, Growing *pairs);

/* How often runs of one, two and three words occur in a sample, by hash. */
typedef struct {
    uint32_t *words;
    uint16_t *pairs, *triples; /* 65535 stands for that and more */
    int log2_words, log2_runs;
    int words_fold, runs_fold; /* 1 << fold neighbouring cells are read as one */
    double total; /* words in the sample */
} WordModel;

/* Counts the words of a text, or, with `times` -1, takes them out again. The cells at 65535 stay as
 * they are and are appended to `pairs` and `triples` (uint32), as often as they were hit. -1 when
 * memory ran out. */
int model_count(WordModel *model, const uint64_t *tokens, size_t n, int times, Growing *pairs,
                Growing *triples);

typedef struct {
    int64_t shingles_a, shingles_b, shingles_shared; /* distinct */
    int64_t shared_words;                            /* in tiles of four words or more */
    int64_t quoted_in_a, quoted_in_b; /* of these, how many stand between quotation marks */
    int64_t longest, longest_begin;                  /* the longest tile, and where it begins in a */
    int64_t evidence;                                /* in 1/1024 bits */
    int64_t cut;                                     /* whether the search for runs was cut short */
} Comparison;

typedef struct {
    const uint64_t *tokens;
    const uint8_t *capitals; /* whether each begins with a capital */
    const uint8_t *quoted;   /* whether each stands between quotation marks */
    size_t n;
    int sampled; /* whether the word model counted it */
} Sequence;

typedef struct Comparer Comparer;

/* log2_table: 1024 * log2(m) of m = 0.5 + i / 8192, rounded, for i = 0..4095. */
Comparer *comparer_new(const WordModel *model, const int32_t *log2_table);
void comparer_free(Comparer *comparer);

/* Compares a with b; what was prepared of a is kept for the next call with the same a. */
int compare(Comparer *comparer, const Sequence *a, const Sequence *b, Comparison *out);

#endif
