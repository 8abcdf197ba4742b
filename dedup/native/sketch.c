#include "sketch.h"

#include <string.h>

int sketch_document(TokenReader *reader, const SketchScheme *scheme, DocumentSketch *out) {
    const Simd *simd = reader->simd;
    Block *block = reader->block;
    uint64_t total = 0;
    size_t carried = 0; /* tokens before the block that its first shingles reach back to */
    memset(out->signature, 0xFF, scheme->num_perm * sizeof *out->signature);
    out->digest[0] = out->digest[1] = 0;
    out->n_fingerprints = 0;
    while (reader->at < reader->size) {
        const long n = tokens_next(reader);
        if (n < 0) return -1;
        if (n == 0) continue;
        uint64_t *tokens = block->tokens + 4 - carried;
        const size_t length = carried + (size_t)n, seen = carried == 4;
        simd->digest(block->tokens + 4, (size_t)n, total, out->digest);
        /* The first gram is the last of the block before, written again. */
        simd->roll(tokens, length, out->fingerprints + out->n_fingerprints - seen, block->shingles);
        if (length > 4)
            simd->permute(out->signature, scheme->a, scheme->b, scheme->num_perm, block->shingles,
                          length - 4);
        if (length >= 4) out->n_fingerprints += length - 3 - seen;
        total += (uint64_t)n;
        carried = length < 4 ? length : 4;
        memmove(block->tokens + 4 - carried, tokens + length - carried, carried * sizeof *tokens);
    }
    out->n_tokens = (int64_t)total;
    if (total > 0 && total < 5) {
        /* A text shorter than the shingle is one shingle: itself, then zeros. */
        uint64_t padded[5] = {0}, grams[2];
        uint32_t shingle[1];
        memcpy(padded, block->tokens + 4 - total, total * sizeof *padded);
        simd->roll(padded, 5, grams, shingle);
        simd->permute(out->signature, scheme->a, scheme->b, scheme->num_perm, shingle, 1);
        if (total < 4) out->fingerprints[out->n_fingerprints++] = grams[0];
    }
    out->n_fingerprints = simd->winnow(out->fingerprints, out->n_fingerprints);
    return 0;
}
