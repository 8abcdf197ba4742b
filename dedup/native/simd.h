/* What differs between instruction sets, and the one table that chooses between them at run time. */
#ifndef DEDUP_SIMD_H
#define DEDUP_SIMD_H

#include <stddef.h>
#include <stdint.h>

#include "fold.h"

/* The working memory of one thread, for blocks of `capacity` bytes of text. */
typedef struct {
    size_t capacity;    /* a multiple of 64 */
    uint8_t *folded;    /* the block with its letters folded in place */
    uint64_t *word;     /* a bit a byte: belongs to a token */
    uint64_t *start;    /* a bit a byte: begins a token even where one ends */
    uint64_t *high;     /* a bit a byte: not ASCII */
    uint32_t *begin;    /* where each token begins */
    uint32_t *end;      /* where it ends */
    uint32_t *slow;     /* where a code point stands that folds with its neighbours, ascending */
    uint64_t *tokens;   /* token hashes, behind room for four carried over */
    uint32_t *shingles; /* hashes of five words */
    size_t n_slow;
} Block;

typedef struct {
    const char *name;
    /* Code points to UTF-8, with room for 4 n + 64 bytes; returns the length in bytes. */
    size_t (*encode)(const uint32_t *text, size_t n, uint8_t *out);
    /* Reads `size` bytes of text into folded, word and high. */
    void (*classify)(Block *block, const uint8_t *text, size_t size);
    /* Bits to positions: begin and end; returns the number of tokens. */
    size_t (*locate)(Block *block, size_t size);
    /* Hashes of tokens that need no slow path; fills tokens + 4. */
    void (*hash)(Block *block, size_t n);
    /* grams[i] over tokens[i..i+3], shingles[i] over tokens[i..i+4]. */
    void (*roll)(const uint64_t *tokens, size_t n, uint64_t *grams, uint32_t *shingles);
    /* Order-dependent 128-bit digest of tokens number `first` and on, added to digest. */
    void (*digest)(const uint64_t *tokens, size_t n, uint64_t first, uint64_t digest[2]);
    /* signature[p] = min over shingles of a[p] * fmix32(h) + b[p]; spoils `shingles`. */
    void (*permute)(uint32_t *signature, const uint32_t *a, const uint32_t *b, size_t num_perm,
                    uint32_t *shingles, size_t n);
    /* Winnowing in place over a document's grams; returns how many are left. */
    size_t (*winnow)(uint64_t *grams, size_t n);
} Simd;

/* The best this machine has, or the one named (NULL when it is not there). */
const Simd *simd_choose(const char *name);

#endif
