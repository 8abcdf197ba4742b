/* Two token sequences, exactly: Jaccard of their shingles, the tiles of words that they share, and
 * how unlikely those are. dedup/find/reference.py is the specification. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "find.h"
#include "hash.h"

enum {
    RUN_WORDS = 3,     /* shortest run looked at */
    TILE_WORDS = 4,    /* shortest that counts as shared words */
    CHAIN = 32,        /* occurrences in a of a run's first words that are tried */
    EFFORT = 64,       /* words compared, at most, for each word of the two texts */
    LEAST_EFFORT = 1 << 16,
    AHEAD = 16,        /* words that counting is ahead of itself, to wait for no memory */
};
#define BACK_OFF 10.0   /* weight of the shorter context, in occurrences */
#define MOST_BITS 14   /* what one word can be worth: texts on one subject share its rare words */
#define NAME_BITS 2    /* what a name can be worth: texts on one subject share its names and titles */
#define MOST_NAMES 0.5 /* share of capitals above which they do not mean names: headlines */

/* ---- the word model ----------------------------------------------------------------------- */

static inline uint64_t run2(const uint64_t *t) { return t[0] + rotl64(t[1], 17); }
static inline uint64_t run3(const uint64_t *t) { return run2(t) + rotl64(t[2], 34); }

/* Fibonacci hashing: sums of token hashes are spread already, their upper bits best. */
static inline size_t cell(uint64_t hash, int log2_size) {
    return (size_t)(hash * HASH_STEP >> (64 - log2_size));
}

static inline int count_run(uint16_t *counts, size_t at, int times, Growing *full) {
    const uint32_t place = (uint32_t)at;
    if (counts[at] == UINT16_MAX) return growing_add(full, &place, sizeof place);
    counts[at] = (uint16_t)(counts[at] + times);
    return 0;
}

int model_count(WordModel *model, const uint64_t *tokens, size_t n, int times, Growing *pairs,
                Growing *triples) {
    for (size_t i = 0; i < n; i++) {
        if (i + AHEAD + 3 <= n) {
            const uint64_t *t = tokens + i + AHEAD;
            __builtin_prefetch(model->words + cell(*t, model->log2_words), 1);
            __builtin_prefetch(model->pairs + cell(run2(t), model->log2_runs), 1);
            __builtin_prefetch(model->triples + cell(run3(t), model->log2_runs), 1);
        }
        model->words[cell(tokens[i], model->log2_words)] += (uint32_t)times;
        if (i + 2 <= n && count_run(model->pairs, cell(run2(tokens + i), model->log2_runs), times,
                                    pairs) < 0)
            return -1;
        if (i + 3 <= n && count_run(model->triples, cell(run3(tokens + i), model->log2_runs), times,
                                    triples) < 0)
            return -1;
    }
    return 0;
}

/* What the model counted of a word. */
static inline double word_count(const WordModel *m, uint64_t key) {
    const uint32_t *counts = m->words + (cell(key, m->log2_words) >> m->words_fold << m->words_fold);
    uint64_t sum = 0;
    for (size_t i = 0; i < (size_t)1 << m->words_fold; i++) sum += counts[i];
    return (double)sum;
}

/* Of a run: `counts` are the model's pairs or triples. */
static inline double run_count(const WordModel *m, const uint16_t *counts, uint64_t key) {
    counts += cell(key, m->log2_runs) >> m->runs_fold << m->runs_fold;
    uint64_t sum = 0;
    for (size_t i = 0; i < (size_t)1 << m->runs_fold; i++) sum += counts[i];
    return (double)(sum < UINT16_MAX ? sum : UINT16_MAX);
}

/* ---- sets and maps of hashes, emptied in no time ------------------------------------------ */

typedef struct {
    uint64_t *keys;
    uint32_t *values, *stamps;
    uint32_t stamp;
    int log2_size;
} Map;

/* Empties it and makes room for n keys. */
static int map_reset(Map *map, size_t n) {
    int log2_size = 6;
    while (((size_t)1 << log2_size) < 2 * n) log2_size++;
    if (log2_size > map->log2_size) {
        const size_t size = (size_t)1 << log2_size;
        free(map->keys);
        free(map->values);
        free(map->stamps);
        map->keys = malloc(size * 8);
        map->values = malloc(size * 4);
        map->stamps = calloc(size, 4);
        map->stamp = 0;
        map->log2_size = log2_size;
        if (!map->keys || !map->values || !map->stamps) {
            map->log2_size = 0;
            return -1;
        }
    }
    if (++map->stamp == 0) { /* after four thousand million uses */
        memset(map->stamps, 0, ((size_t)1 << map->log2_size) * 4);
        map->stamp = 1;
    }
    return 0;
}

/* Where the key is or would be. */
static inline size_t map_find(const Map *map, uint64_t key) {
    const size_t mask = ((size_t)1 << map->log2_size) - 1;
    size_t at = cell(key, map->log2_size);
    while (map->stamps[at] == map->stamp && map->keys[at] != key) at = (at + 1) & mask;
    return at;
}

static inline int map_has(const Map *map, size_t at) { return map->stamps[at] == map->stamp; }

static inline void map_put(Map *map, size_t at, uint64_t key, uint32_t value) {
    map->keys[at] = key;
    map->values[at] = value;
    map->stamps[at] = map->stamp;
}

static void map_free(Map *map) {
    free(map->keys);
    free(map->values);
    free(map->stamps);
}

/* ---- the comparison ----------------------------------------------------------------------- */

typedef struct {
    uint32_t a, b, length;
} Run;

struct Comparer {
    const WordModel *model;
    const int32_t *log2_table;
    const uint64_t *prepared; /* the a that is prepared */
    size_t prepared_n;
    Map shingles;      /* of a: distinct */
    int64_t shingles_a;
    Map seen;          /* shingles of b */
    Map starts;        /* first place in a of each run of three words, plus one */
    uint32_t *next;    /* the next place with the same run, plus one; 0 ends */
    uint32_t *tail;    /* the last such place; valid at the first */
    Map bag;           /* how often each word stands in the two texts together */
    Map own;           /* how often runs occur in the two texts, where the model did not count them */
    uint8_t *used_a, *used_b;
    size_t capacity_a, capacity_b;
    Run *runs;
    size_t n_runs, capacity_runs;
    int64_t *worth;    /* of each tile, in 1/1024 bits */
    size_t n_tiles, capacity_tiles;
};

Comparer *comparer_new(const WordModel *model, const int32_t *log2_table) {
    Comparer *comparer = calloc(1, sizeof *comparer);
    if (comparer) {
        comparer->model = model;
        comparer->log2_table = log2_table;
    }
    return comparer;
}

void comparer_free(Comparer *comparer) {
    if (!comparer) return;
    map_free(&comparer->shingles);
    map_free(&comparer->seen);
    map_free(&comparer->starts);
    map_free(&comparer->bag);
    map_free(&comparer->own);
    free(comparer->next);
    free(comparer->tail);
    free(comparer->used_a);
    free(comparer->used_b);
    free(comparer->runs);
    free(comparer->worth);
    free(comparer);
}

/* The 64-bit hash of five words, or of all words of a shorter text; i counts shingles. */
static inline uint64_t shingle(const Sequence *s, size_t i) {
    uint64_t padded[5] = {0};
    const uint64_t *t = s->tokens + i;
    if (s->n < 5) {
        memcpy(padded, s->tokens, s->n * sizeof *padded);
        t = padded;
    }
    return t[0] + rotl64(t[1], 17) + rotl64(t[2] + rotl64(t[3], 17), 34) + rotl64(t[4], 7);
}

static inline size_t n_shingles(const Sequence *s) { return s->n < 5 ? s->n > 0 : s->n - 4; }

static int prepare(Comparer *c, const Sequence *a) {
    if (c->prepared == a->tokens && c->prepared_n == a->n) return 0;
    c->prepared = NULL;
    if (a->n > c->capacity_a) {
        free(c->next);
        free(c->tail);
        free(c->used_a);
        c->capacity_a = a->n + a->n / 2;
        c->next = malloc(c->capacity_a * sizeof *c->next);
        c->tail = malloc(c->capacity_a * sizeof *c->tail);
        c->used_a = malloc(c->capacity_a);
        if (!c->next || !c->tail || !c->used_a) {
            c->capacity_a = 0;
            return -1;
        }
    }
    if (map_reset(&c->shingles, a->n + 1) < 0 || map_reset(&c->starts, a->n + 1) < 0) return -1;
    c->shingles_a = 0;
    for (size_t i = 0; i < n_shingles(a); i++) {
        const uint64_t key = shingle(a, i);
        const size_t at = map_find(&c->shingles, key);
        if (map_has(&c->shingles, at)) continue;
        map_put(&c->shingles, at, key, 0);
        c->shingles_a++;
    }
    for (size_t i = 0; i + RUN_WORDS <= a->n; i++) {
        const uint64_t key = run3(a->tokens + i);
        const size_t at = map_find(&c->starts, key);
        c->next[i] = 0;
        if (!map_has(&c->starts, at)) {
            map_put(&c->starts, at, key, (uint32_t)i + 1);
            c->tail[i] = (uint32_t)i;
        } else {
            const uint32_t first = c->starts.values[at] - 1;
            c->next[c->tail[first]] = (uint32_t)i + 1;
            c->tail[first] = (uint32_t)i;
        }
    }
    c->prepared = a->tokens;
    c->prepared_n = a->n;
    return 0;
}

static int add_run(Comparer *c, Run run) {
    if (c->n_runs == c->capacity_runs) {
        const size_t capacity = c->capacity_runs ? c->capacity_runs * 2 : 64;
        Run *runs = realloc(c->runs, capacity * sizeof *runs);
        if (!runs) return -1;
        c->runs = runs;
        c->capacity_runs = capacity;
    }
    c->runs[c->n_runs++] = run;
    return 0;
}

static int longest_first(const void *x, const void *y) {
    const Run *p = x, *q = y;
    if (p->length != q->length) return p->length < q->length ? 1 : -1;
    if (p->b != q->b) return p->b < q->b ? -1 : 1;
    return (p->a > q->a) - (p->a < q->a);
}

/* All maximal shared runs of three words and more, longest first. */
static int find_runs(Comparer *c, const Sequence *a, const Sequence *b, int64_t *cut) {
    size_t effort = EFFORT * (a->n + b->n) + LEAST_EFFORT;
    c->n_runs = 0;
    for (size_t i = 0; i + RUN_WORDS <= b->n; i++) {
        const size_t at = map_find(&c->starts, run3(b->tokens + i));
        if (!map_has(&c->starts, at)) continue;
        uint32_t place = c->starts.values[at];
        for (int tried = 0; place && tried < CHAIN; tried++, place = c->next[place - 1]) {
            const size_t j = place - 1;
            size_t length = RUN_WORDS;
            if (i && j && a->tokens[j - 1] == b->tokens[i - 1]) continue; /* part of a longer one */
            while (i + length < b->n && j + length < a->n && effort &&
                   a->tokens[j + length] == b->tokens[i + length])
                length++, effort--;
            if (add_run(c, (Run){(uint32_t)j, (uint32_t)i, (uint32_t)length}) < 0) return -1;
            if (!effort) {
                *cut = 1;
                goto enough;
            }
        }
        if (place) *cut = 1;
    }
enough:
    if (c->n_runs > 1) qsort(c->runs, c->n_runs, sizeof *c->runs, longest_first);
    return 0;
}

static inline void map_add(Map *map, uint64_t key) {
    const size_t at = map_find(map, key);
    if (map_has(map, at)) map->values[at]++;
    else map_put(map, at, key, 1);
}

/* Counts the words of both texts, and the runs of one that the model has not seen. */
static int count_own(Comparer *c, const Sequence *a, const Sequence *b) {
    const Sequence *both[2] = {a, b};
    const int unsampled = !a->sampled || !b->sampled;
    if (map_reset(&c->bag, a->n + b->n) < 0) return -1;
    if (unsampled && map_reset(&c->own, 3 * (a->n + b->n)) < 0) return -1;
    for (int side = 0; side < 2; side++) {
        const Sequence *s = both[side];
        const uint64_t *t = s->tokens;
        for (size_t i = 0; i < s->n; i++) {
            map_add(&c->bag, t[i]);
            if (s->sampled) continue;
            map_add(&c->own, t[i]);
            if (i + 2 <= s->n) map_add(&c->own, run2(t + i));
            if (i + 3 <= s->n) map_add(&c->own, run3(t + i));
        }
    }
    return 0;
}

/* Occurrences elsewhere: what the model counted, and what it has not seen of the two texts, less the
 * one in a and the one in b. */
static inline double elsewhere(const Comparer *c, double count, uint64_t key, int unsampled) {
    if (unsampled) {
        const size_t at = map_find(&c->own, key);
        if (map_has(&c->own, at)) count += c->own.values[at];
    }
    return count > 2 ? count - 2 : 0;
}

/* -log2(p) in 1/1024 bits; 0 < p <= 1. */
static inline int64_t cost(const Comparer *c, double p) {
    int exponent;
    const double mantissa = frexp(p, &exponent);
    return -((int64_t)exponent * 1024 + c->log2_table[(int)((mantissa - 0.5) * 8192)]);
}

/* Whether capitals in a text mean names. */
static int has_names(const Sequence *s) {
    size_t capitals = 0;
    for (size_t i = 0; i < s->n; i++) capitals += s->capitals[i];
    return (double)capitals <= MOST_NAMES * (double)s->n;
}

/* What a tile's words are worth, in 1/1024 bits. The capitals of both texts, NULL where they do not
 * mean names. */
static int64_t tile_bits(const Comparer *c, const uint64_t *t, const uint8_t *capital_a,
                         const uint8_t *capital_b, size_t n, int unsampled, double words) {
    const WordModel *m = c->model;
    int64_t sum = 0;
    double word_before = 0, pair_before = 0;
    for (size_t i = 0; i < n; i++) {
        const double word = elsewhere(c, word_count(m, t[i]), t[i], unsampled);
        double p = (word + 0.5) / (m->total + 1.0);
        if (i >= 1) {
            const uint64_t two = run2(t + i - 1);
            const double pair = elsewhere(c, run_count(m, m->pairs, two), two, unsampled);
            p = (pair + BACK_OFF * p) / (word_before + BACK_OFF);
            if (i >= 2) {
                const uint64_t three = run3(t + i - 2);
                const double triple =
                    elsewhere(c, run_count(m, m->triples, three), three, unsampled);
                p = (triple + BACK_OFF * p) / (pair_before + BACK_OFF);
            }
            pair_before = pair;
        }
        word_before = word;
        /* What the two texts say again and again is no more of a surprise here. */
        const double share = (c->bag.values[map_find(&c->bag, t[i])] - 2.0) / words;
        p = p > share ? p : share;
        const int64_t bits = p < 1 ? cost(c, p) : 0;
        const int name = capital_a && capital_a[i] && capital_b[i];
        const int64_t most = (name ? NAME_BITS : MOST_BITS) * 1024;
        sum += bits < most ? bits : most;
    }
    return sum;
}

static int add_tile(Comparer *c, int64_t bits) {
    if (c->n_tiles == c->capacity_tiles) {
        const size_t capacity = c->capacity_tiles ? c->capacity_tiles * 2 : 64;
        int64_t *worth = realloc(c->worth, capacity * sizeof *worth);
        if (!worth) return -1;
        c->worth = worth;
        c->capacity_tiles = capacity;
    }
    c->worth[c->n_tiles++] = bits;
    return 0;
}

static int worth_most_first(const void *x, const void *y) {
    const int64_t p = *(const int64_t *)x, q = *(const int64_t *)y;
    return (q > p) - (q < p);
}

/* What the tiles are worth together, less the places where they could have begun: k tiles lie in one
 * of (n_a * n_b)^k / k! ways, as no order among them is asked for. As many of them as prove most. */
static int64_t evidence(Comparer *c, double places) {
    const int64_t place = -cost(c, 1.0 / places);
    int64_t sum = 0, most = 0;
    if (c->n_tiles > 1) qsort(c->worth, c->n_tiles, sizeof *c->worth, worth_most_first);
    for (size_t k = 0; k < c->n_tiles; k++) {
        sum += c->worth[k] + place + cost(c, 1.0 / (double)(k + 1));
        if (sum > most) most = sum;
    }
    return most;
}

int compare(Comparer *c, const Sequence *a, const Sequence *b, Comparison *out) {
    memset(out, 0, sizeof *out);
    if (prepare(c, a) < 0) return -1;
    if (b->n > c->capacity_b) {
        free(c->used_b);
        c->capacity_b = b->n + b->n / 2;
        c->used_b = malloc(c->capacity_b);
        if (!c->used_b) {
            c->capacity_b = 0;
            return -1;
        }
    }
    if (map_reset(&c->seen, b->n + 1) < 0 || find_runs(c, a, b, &out->cut) < 0) return -1;
    out->shingles_a = c->shingles_a;
    for (size_t i = 0; i < n_shingles(b); i++) {
        const uint64_t key = shingle(b, i);
        const size_t at = map_find(&c->seen, key);
        if (map_has(&c->seen, at)) continue;
        map_put(&c->seen, at, key, 0);
        out->shingles_b++;
        out->shingles_shared += map_has(&c->shingles, map_find(&c->shingles, key));
    }
    if (!c->n_runs) return 0;
    const int unsampled = !a->sampled || !b->sampled;
    if (count_own(c, a, b) < 0) return -1;
    c->n_tiles = 0;
    const int names = has_names(a) && has_names(b);
    memset(c->used_a, 0, a->n);
    memset(c->used_b, 0, b->n);
    /* Longest first, every word used once: what is left of a run that an earlier one overlaps is a
     * shorter run (greedy string tiling, Wise 1993, without looking for runs anew). */
    for (size_t r = 0; r < c->n_runs; r++) {
        const Run run = c->runs[r];
        for (size_t i = 0; i < run.length;) {
            size_t length = 0;
            while (i + length < run.length && !c->used_a[run.a + i + length] &&
                   !c->used_b[run.b + i + length])
                length++;
            if (length >= RUN_WORDS) {
                memset(c->used_a + run.a + i, 1, length);
                memset(c->used_b + run.b + i, 1, length);
                const uint8_t *capital_a = names ? a->capitals + run.a + i : NULL;
                const uint8_t *capital_b = names ? b->capitals + run.b + i : NULL;
                if (add_tile(c, tile_bits(c, a->tokens + run.a + i, capital_a, capital_b, length,
                                          unsampled, (double)(a->n + b->n))) < 0)
                    return -1;
                if (length >= TILE_WORDS) {
                    out->shared_words += (int64_t)length;
                    for (size_t k = i; k < i + length; k++) {
                        out->quoted_in_a += a->quoted[run.a + k];
                        out->quoted_in_b += b->quoted[run.b + k];
                    }
                }
                if ((int64_t)length > out->longest) {
                    out->longest = (int64_t)length;
                    out->longest_begin = (int64_t)(run.a + i);
                }
            }
            i += length ? length : 1;
        }
    }
    out->evidence = evidence(c, (double)a->n * (double)b->n);
    return 0;
}
