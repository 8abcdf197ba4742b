/* Greedy string tiling of two sentences. dedup/aligner/reference.py is the specification. */
#include "align.h"

#include <stdlib.h>

/* What is used up on either side; stems are not negative, and the two never equal each other. */
enum { USED_A = -1, USED_B = -2 };

/* Makes room for sentences of a and b tokens. */
static int reserve(Tiler *tiler, size_t a, size_t b) {
    if (a > tiler->capacity_a) {
        free(tiler->a);
        free(tiler->rows);
        tiler->capacity_a = a * 2;
        tiler->a = malloc(tiler->capacity_a * sizeof *tiler->a);
        tiler->rows = malloc((tiler->capacity_a + 1) * 2 * sizeof *tiler->rows);
        if (!tiler->a || !tiler->rows) {
            tiler->capacity_a = 0;
            return -1;
        }
    }
    if (b > tiler->capacity_b) {
        free(tiler->b);
        tiler->capacity_b = b * 2;
        tiler->b = malloc(tiler->capacity_b * sizeof *tiler->b);
        if (!tiler->b) {
            tiler->capacity_b = 0;
            return -1;
        }
    }
    return 0;
}

void tiler_free(Tiler *tiler) {
    free(tiler->a);
    free(tiler->b);
    free(tiler->rows);
}

/* The longest run of unused stems, the first in b, then in a; its length, 0 without one. */
static size_t longest(const Tiler *t, size_t n_a, size_t n_b, size_t *in_a, size_t *in_b) {
    int32_t *before = t->rows, *lengths = t->rows + n_a + 1;
    int32_t best = 0;
    memset(before, 0, (n_a + 1) * sizeof *before);
    lengths[0] = 0;
    for (size_t y = 0; y < n_b; y++) {
        const int32_t stem = t->b[y];
        int32_t most = 0;
        for (size_t x = 0; x < n_a; x++) {
            const int32_t length = t->a[x] == stem ? before[x] + 1 : 0;
            lengths[x + 1] = length;
            most = most > length ? most : length;
        }
        if (most > best) {
            size_t x = 0;
            while (lengths[x + 1] != most) x++;
            best = most;
            *in_a = x + 1 - (size_t)most;
            *in_b = y + 1 - (size_t)most;
        }
        int32_t *swap = before;
        before = lengths;
        lengths = swap;
        lengths[0] = 0;
    }
    return (size_t)best;
}

static int take(Tiler *t, size_t x, size_t y, size_t length, int32_t first_a, int32_t first_b,
                Growing *runs) {
    const int32_t run[3] = {first_a + (int32_t)x, first_b + (int32_t)y, (int32_t)length};
    for (size_t k = 0; k < length; k++) {
        t->a[x + k] = USED_A;
        t->b[y + k] = USED_B;
    }
    return growing_add(runs, run, sizeof run);
}

int tiles_find(Tiler *t, const Sentence *a, const Sentence *b, const uint8_t *light,
               const uint8_t *used, int32_t first_a, int32_t first_b, Growing *runs) {
    size_t x = 0, y = 0, length;
    if (!a->n || !b->n) return 0;
    if (reserve(t, a->n, b->n) < 0) return -1;
    memcpy(t->a, a->stems, a->n * sizeof *t->a);
    for (size_t i = 0; i < b->n; i++) t->b[i] = used[i] ? USED_B : b->stems[i];
    while ((length = longest(t, a->n, b->n, &x, &y)) >= 2)
        if (take(t, x, y, length, first_a, first_b, runs) < 0) return -1;
    for (y = 0; y < b->n; y++) {
        if (t->b[y] < 0 || (light[t->b[y]] && b->n > 1)) continue;
        for (x = 0; x < a->n && t->a[x] != t->b[y];) x++;
        if (x < a->n && take(t, x, y, 1, first_a, first_b, runs) < 0) return -1;
    }
    return 0;
}
