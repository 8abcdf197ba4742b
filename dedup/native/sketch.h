/* The whole pass over one document. */
#ifndef DEDUP_SKETCH_H
#define DEDUP_SKETCH_H

#include "tokens.h"

typedef struct {
    const uint32_t *a, *b; /* the permutations */
    size_t num_perm;
} SketchScheme;

typedef struct {
    uint32_t *signature;    /* num_perm values */
    uint64_t *digest;       /* 2 values */
    uint64_t *fingerprints; /* room for size / 2 + 1 values */
    size_t n_fingerprints;
    int64_t n_tokens;
} DocumentSketch;

/* -1 when memory ran out. */
int sketch_document(TokenReader *reader, const SketchScheme *scheme, DocumentSketch *out);

#endif
