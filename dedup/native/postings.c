#include <stdlib.h>
#include <string.h>

#include "find.h"

#define PARTITION ((size_t)1 << 22) /* postings sorted at once; bounds the memory above the input */

/* Sorts (fingerprint << 32 | document) by fingerprint, stably; `other` is as large. Returns where
 * the sorted ones are. Bits of a fingerprint above `bits` are equal. */
static uint64_t *sort_postings(uint64_t *items, uint64_t *other, size_t n, int bits) {
    enum { DIGIT = 11 };
    size_t count[(1 << DIGIT) + 1];
    for (int shift = 0; shift < bits; shift += DIGIT) {
        const uint64_t mask = (1 << DIGIT) - 1;
        memset(count, 0, sizeof count);
        for (size_t i = 0; i < n; i++) count[(items[i] >> (32 + shift) & mask) + 1]++;
        for (size_t d = 0; d < (1 << DIGIT); d++) count[d + 1] += count[d];
        for (size_t i = 0; i < n; i++) other[count[items[i] >> (32 + shift) & mask]++] = items[i];
        uint64_t *swap = items;
        items = other;
        other = swap;
    }
    return items;
}

int postings_build(const uint32_t *fingerprints, const int64_t *offsets, const uint8_t *chosen,
                   size_t n, size_t most, Postings *out) {
    const size_t total = (size_t)offsets[n];
    uint32_t *group = malloc((most + 1) * sizeof *group);
    uint64_t *items = NULL, *other = NULL;
    size_t *sizes = NULL;
    int log2_parts = 0, result = -1;
    while (total >> log2_parts > PARTITION) log2_parts++;
    const size_t parts = (size_t)1 << log2_parts;
    const int shift = 32 - log2_parts;
    sizes = calloc(parts, sizeof *sizes);
    if (!group || !sizes) goto done;
    size_t largest = 1;
    for (size_t i = 0; i < total; i++) sizes[log2_parts ? fingerprints[i] >> shift : 0]++;
    for (size_t p = 0; p < parts; p++) largest = sizes[p] > largest ? sizes[p] : largest;
    items = malloc(largest * sizeof *items);
    other = malloc(largest * sizeof *other);
    if (!items || !other) goto done;
    for (size_t p = 0; p < parts; p++) {
        size_t m = 0;
        for (size_t d = 0; d < n; d++)
            for (int64_t i = offsets[d]; chosen[d] && i < offsets[d + 1]; i++)
                if ((log2_parts ? fingerprints[i] >> shift : 0) == p)
                    items[m++] = (uint64_t)fingerprints[i] << 32 | d;
        const uint64_t *sorted = sort_postings(items, other, m, shift);
        for (size_t i = 0; i < m;) {
            const uint64_t fingerprint = sorted[i] >> 32;
            size_t size = 0;
            int64_t end;
            uint32_t last = 0;
            for (; i < m && sorted[i] >> 32 == fingerprint; i++) {
                const uint32_t document = (uint32_t)sorted[i];
                if (size && document == last) continue; /* the document has it twice */
                last = document;
                if (size <= most) group[size++] = document;
            }
            if (size > most) out->common++;
            if (size < 2 || size > most) continue;
            if (growing_add(&out->documents, group, size * sizeof *group) < 0) goto done;
            end = (int64_t)(out->documents.size / sizeof *group);
            if (growing_add(&out->groups, &end, sizeof end) < 0) goto done;
        }
    }
    result = 0;
done:
    free(group);
    free(sizes);
    free(items);
    free(other);
    return result;
}

static int ascending(const void *x, const void *y) {
    const uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return (a > b) - (a < b);
}

int postings_pairs(const int64_t *groups, size_t n_groups, const uint32_t *documents, size_t n,
                   uint32_t least, Growing *pairs) {
    const size_t total = n_groups ? (size_t)groups[n_groups - 1] : 0;
    size_t *first = calloc(n + 2, sizeof *first);      /* where a document's postings begin */
    uint32_t *place = malloc((total + 1) * sizeof *place); /* their places in `documents` */
    uint32_t *end = malloc((total + 1) * sizeof *end);     /* where their group ends */
    uint32_t *count = calloc(n + 1, sizeof *count);
    uint32_t *touched = malloc((n + 1) * sizeof *touched);
    int result = -1;
    if (!first || !place || !end || !count || !touched || total > UINT32_MAX) goto done;
    for (size_t i = 0; i < total; i++) first[documents[i] + 2]++;
    for (size_t d = 2; d < n + 2; d++) first[d] += first[d - 1];
    for (size_t g = 0, i = 0; g < n_groups; g++)
        for (; i < (size_t)groups[g]; i++) {
            const size_t at = first[documents[i] + 1]++;
            place[at] = (uint32_t)i;
            end[at] = (uint32_t)groups[g];
        }
    for (uint32_t a = 0; a < n; a++) {
        size_t n_touched = 0;
        for (size_t i = first[a]; i < first[a + 1]; i++)
            for (uint32_t at = place[i] + 1; at < end[i]; at++) {
                const uint32_t b = documents[at];
                if (count[b]++ == 0) touched[n_touched++] = b;
            }
        size_t kept = 0;
        for (size_t i = 0; i < n_touched; i++) {
            const uint32_t b = touched[i];
            if (count[b] >= least) touched[kept++] = b;
            count[b] = 0;
        }
        qsort(touched, kept, sizeof *touched, ascending);
        for (size_t i = 0; i < kept; i++) {
            const uint32_t pair[2] = {a, touched[i]};
            if (growing_add(pairs, pair, sizeof pair) < 0) goto done;
        }
    }
    result = 0;
done:
    free(first);
    free(place);
    free(end);
    free(count);
    free(touched);
    return result;
}
