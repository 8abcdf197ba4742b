#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "align.h"

#define MOST_SENTENCES 256 /* of a, that may have a stem for it to say which sentences are alike */

typedef struct {
    double score;
    uint32_t a, b;
} Ranked;

typedef struct {
    uint32_t sentence, times;
} Posting;

static int by_score(const void *x, const void *y) {
    const Ranked *p = x, *q = y;
    if (p->score != q->score) return p->score < q->score ? 1 : -1;
    if (p->b != q->b) return p->b < q->b ? -1 : 1;
    return (p->a > q->a) - (p->a < q->a);
}

/* The stems of one sentence counted: fills distinct, leaves their counts in `times`. */
static size_t count_stems(const Sentences *s, size_t i, int32_t *distinct, uint32_t *times) {
    size_t n = 0;
    for (int64_t k = s->firsts[i]; k < s->firsts[i + 1]; k++)
        if (times[s->stems[k]]++ == 0) distinct[n++] = s->stems[k];
    return n;
}

static inline int64_t product(const int64_t *weights, int32_t stem, uint32_t m, uint32_t n) {
    return weights[stem] * weights[stem] * (int64_t)m * (int64_t)n;
}

/* Pairs of sentences that share a stem and are alike enough. */
static int rank(const Sentences *a, const Sentences *b, const int64_t *weights, size_t n_stems,
                double least, Growing *out) {
    const size_t longest = a->n > b->n ? a->n : b->n;
    uint32_t *times = calloc(n_stems + 1, sizeof *times);
    uint32_t *first = calloc(n_stems + 2, sizeof *first);
    int32_t *distinct = malloc((longest + 1) * sizeof *distinct);
    Posting *postings = malloc((a->n + 1) * sizeof *postings);
    double *norms = malloc((a->sentences + 1) * sizeof *norms);
    int64_t *products = calloc(a->sentences + 1, sizeof *products);
    uint32_t *touched = malloc((a->sentences + 1) * sizeof *touched);
    int result = -1;
    if (!times || !first || !distinct || !postings || !norms || !products || !touched) goto done;
    for (size_t i = 0; i < a->sentences; i++) {
        const size_t n = count_stems(a, i, distinct, times);
        int64_t norm = 0;
        for (size_t k = 0; k < n; k++) {
            const int32_t stem = distinct[k];
            norm += product(weights, stem, times[stem], times[stem]);
            first[stem + 2]++;
            times[stem] = 0;
        }
        norms[i] = (double)norm;
    }
    for (size_t s = 2; s < n_stems + 2; s++) first[s] += first[s - 1];
    for (size_t i = 0; i < a->sentences; i++) {
        const size_t n = count_stems(a, i, distinct, times);
        for (size_t k = 0; k < n; k++) {
            const int32_t stem = distinct[k];
            postings[first[stem + 1]++] = (Posting){(uint32_t)i, times[stem]};
            times[stem] = 0;
        }
    }
    for (size_t j = 0; j < b->sentences; j++) {
        const size_t n = count_stems(b, j, distinct, times);
        size_t n_touched = 0;
        int64_t norm = 0;
        for (size_t k = 0; k < n; k++) {
            const int32_t stem = distinct[k];
            const uint32_t m = times[stem];
            times[stem] = 0;
            norm += product(weights, stem, m, m);
            if (!weights[stem] || first[stem + 1] - first[stem] > MOST_SENTENCES) continue;
            for (uint32_t p = first[stem]; p < first[stem + 1]; p++) {
                const uint32_t i = postings[p].sentence;
                if (!products[i]) touched[n_touched++] = i;
                products[i] += product(weights, stem, m, postings[p].times);
            }
        }
        for (size_t k = 0; k < n_touched; k++) {
            const uint32_t i = touched[k];
            const Ranked ranked = {(double)products[i] / sqrt(norms[i] * (double)norm), i,
                                   (uint32_t)j};
            products[i] = 0;
            if (ranked.score >= least && growing_add(out, &ranked, sizeof ranked) < 0) goto done;
        }
    }
    result = 0;
done:
    free(times);
    free(first);
    free(distinct);
    free(postings);
    free(norms);
    free(products);
    free(touched);
    return result;
}

int align_partners(const Sentences *a, const Sentences *b, const int64_t *weights, size_t n_stems,
                double least, int32_t *partners) {
    Growing ranked = {0};
    uint8_t *used = calloc(a->n + 1, 1);
    /* The free tokens of a sentence of a by stem, as lists: head of each stem, next of each token. */
    int32_t *head = malloc((n_stems + 1) * sizeof *head);
    int32_t *next = malloc((a->n + 1) * sizeof *next);
    int result = -1;
    if (!used || !head || !next || rank(a, b, weights, n_stems, least, &ranked) < 0) goto done;
    const size_t n = ranked.size / sizeof(Ranked);
    const Ranked *pairs = (const Ranked *)ranked.data;
    if (n > 1) qsort(ranked.data, n, sizeof(Ranked), by_score);
    for (size_t s = 0; s < n_stems; s++) head[s] = -1;
    for (size_t k = 0; k < b->n; k++) partners[k] = -1;
    for (size_t p = 0; p < n; p++) {
        const int64_t begin = a->firsts[pairs[p].a], end = a->firsts[pairs[p].a + 1];
        for (int64_t k = end - 1; k >= begin; k--)
            if (!used[k]) {
                next[k] = head[a->stems[k]];
                head[a->stems[k]] = (int32_t)k;
            }
        for (int64_t k = b->firsts[pairs[p].b]; k < b->firsts[pairs[p].b + 1]; k++) {
            const int32_t at = head[b->stems[k]];
            if (partners[k] >= 0 || at < 0) continue;
            partners[k] = at;
            used[at] = 1;
            head[b->stems[k]] = next[at];
        }
        for (int64_t k = begin; k < end; k++) head[a->stems[k]] = -1;
    }
    result = 0;
done:
    free(ranked.data);
    free(used);
    free(head);
    free(next);
    return result;
}
