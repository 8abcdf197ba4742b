#include <stdlib.h>
#include <string.h>

#include "align.h"
#include "hash.h"

enum {
    CHAIN = 32,  /* places in a of a run's first words that are tried */
    EFFORT = 64, /* words compared, at most, for each word of the two texts */
    LEAST_EFFORT = 1 << 16,
};

static inline uint64_t hash_words(const int32_t *words, size_t n) {
    uint64_t h = HASH_START;
    for (size_t k = 0; k < n; k++) h = (h ^ (uint64_t)(uint32_t)words[k]) * HASH_K0;
    return (h ^ h >> 32) * HASH_K2;
}

static inline int same(const int32_t *x, const int32_t *y, size_t n) {
    return !memcmp(x, y, n * sizeof *x);
}

typedef struct {
    uint32_t *cells;       /* first place in a + 1, or 0; by hash, linear probing */
    uint32_t *next, *tail; /* of the places that begin alike: the next + 1; the last, by the first */
    uint8_t *places;       /* how many, by the first */
    int shift;
} Starts;

/* Where the words stand in the table, or the empty cell where they would. */
static inline size_t find(const Starts *starts, const int32_t *a, const int32_t *words,
                          size_t least) {
    const size_t mask = ((size_t)1 << (64 - starts->shift)) - 1;
    size_t at = (size_t)(hash_words(words, least) >> starts->shift);
    while (starts->cells[at] && !same(a + starts->cells[at] - 1, words, least))
        at = (at + 1) & mask;
    return at;
}

int align_runs(const int32_t *a, size_t n_a, const int32_t *b, size_t n_b, size_t least,
               Growing *out) {
    size_t effort = EFFORT * (n_a + n_b) + LEAST_EFFORT;
    Starts starts = {.shift = 60};
    int result = -1;
    if (n_a < least || n_b < least) return 0;
    while ((uint64_t)1 << (64 - starts.shift) < 2 * n_a) starts.shift--;
    starts.cells = calloc((size_t)1 << (64 - starts.shift), sizeof *starts.cells);
    starts.next = malloc(n_a * sizeof *starts.next);
    starts.tail = malloc(n_a * sizeof *starts.tail);
    starts.places = malloc(n_a);
    if (!starts.cells || !starts.next || !starts.tail || !starts.places) goto done;
    for (size_t i = 0; i + least <= n_a; i++) {
        const size_t at = find(&starts, a, a + i, least);
        starts.next[i] = 0;
        if (!starts.cells[at]) {
            starts.cells[at] = (uint32_t)i + 1;
            starts.tail[i] = (uint32_t)i;
            starts.places[i] = 1;
            continue;
        }
        const uint32_t first = starts.cells[at] - 1;
        if (starts.places[first] == CHAIN) continue;
        starts.places[first]++;
        starts.next[starts.tail[first]] = (uint32_t)i + 1;
        starts.tail[first] = (uint32_t)i;
    }
    for (size_t j = 0; j + least <= n_b; j++) {
        uint32_t place = starts.cells[find(&starts, a, b + j, least)];
        for (; place; place = starts.next[place - 1]) {
            const size_t i = place - 1;
            size_t length = least;
            if (i && j && a[i - 1] == b[j - 1]) continue; /* part of a longer one */
            while (i + length < n_a && j + length < n_b && effort && a[i + length] == b[j + length])
                length++, effort--;
            const int32_t run[3] = {(int32_t)length, (int32_t)i, (int32_t)j};
            if (growing_add(out, run, sizeof run) < 0) goto done;
        }
    }
    result = 0;
done:
    free(starts.cells);
    free(starts.next);
    free(starts.tail);
    free(starts.places);
    return result;
}

/* A stretch that may be maximal: the sums before it and up to its end. */
typedef struct {
    int64_t begin, end, low, high;
} Stretch;

int align_segments(const int64_t *gains, size_t n, int64_t least, Growing *out) {
    Stretch *found = malloc((n + 1) * sizeof *found);
    size_t n_found = 0;
    int64_t total = 0;
    if (!found) return -1;
    for (size_t i = 0; i < n; i++) {
        Stretch new = {(int64_t)i, (int64_t)i + 1, total, total + gains[i]};
        total = new.high;
        if (gains[i] <= 0) continue;
        for (;;) {
            size_t k = n_found;
            while (k && found[k - 1].low >= new.low) k--;
            if (!k || found[k - 1].high >= new.high) break;
            new.begin = found[k - 1].begin;
            new.low = found[k - 1].low;
            n_found = k - 1;
        }
        found[n_found++] = new;
    }
    int result = 0;
    for (size_t k = 0; k < n_found && !result; k++) {
        const int64_t bounds[2] = {found[k].begin, found[k].end};
        if (found[k].high - found[k].low >= least) result = growing_add(out, bounds, sizeof bounds);
    }
    free(found);
    return result;
}
