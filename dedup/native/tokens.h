/* Text to token hashes, a block at a time. */
#ifndef DEDUP_TOKENS_H
#define DEDUP_TOKENS_H

#include "growing.h"
#include "simd.h"

typedef struct {
    const FoldTable *table;
    const Simd *simd;
    Block *block;
    const uint8_t *text; /* UTF-8 */
    size_t size;
    size_t at;   /* where the next block begins */
    size_t base; /* where the last block began: block->begin and end count from here */
} TokenReader;

int block_open(Block *block);
void block_close(Block *block);

/* Reads the next block: token hashes at block->tokens + 4, places at block->begin and end.
 * Returns how many (maybe 0), or -1 when memory ran out. Done when at == size. */
long tokens_next(TokenReader *reader);

/* Of the n tokens just read, which begin with a letter that folding changes: a capital. */
void tokens_capitals(const TokenReader *reader, size_t n, uint8_t *capitals);

/* Where text stands between quotation marks: first and end of each place, as size_t, ascending. */
int quotations(const uint8_t *text, size_t size, Growing *spans);

/* Of the n tokens just read, which stand in one of the spans. *next is where the search goes on, 0
 * for the first block of a document. */
void tokens_quoted(const TokenReader *reader, size_t n, const Growing *spans, size_t *next,
                   uint8_t *quoted);

#endif
