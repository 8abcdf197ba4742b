#include "tokens.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 4096 /* with all that belongs to a block, within the first-level cache */

static int block_resize(Block *block, size_t capacity) {
    const size_t words = capacity / 64 + 2, tokens = capacity / 2 + 80;
    uint64_t carried[4] = {0};
    if (block->tokens) memcpy(carried, block->tokens, sizeof carried);
    block_close(block);
    block->capacity = capacity;
    block->folded = calloc(capacity + 128, 1);
    block->word = calloc(words, 8);
    block->start = calloc(words, 8);
    block->high = calloc(words, 8);
    block->begin = malloc(tokens * 4);
    block->end = malloc(tokens * 4);
    block->slow = malloc(capacity / 2 * 4 + 8);
    block->tokens = calloc(tokens + 4, 8);
    block->shingles = malloc((tokens + 4) * 4);
    if (!block->folded || !block->word || !block->start || !block->high || !block->begin ||
        !block->end || !block->slow || !block->tokens || !block->shingles) {
        block_close(block);
        return -1;
    }
    memcpy(block->tokens, carried, sizeof carried);
    return 0;
}

int block_open(Block *block) {
    memset(block, 0, sizeof *block);
    return block_resize(block, FIRST_CAPACITY);
}

void block_close(Block *block) {
    free(block->folded);
    free(block->word);
    free(block->start);
    free(block->high);
    free(block->begin);
    free(block->end);
    free(block->slow);
    free(block->tokens);
    free(block->shingles);
    memset(block, 0, sizeof *block);
}

static inline int trailing_zeros(uint64_t bits) {
#if defined(__GNUC__)
    return __builtin_ctzll(bits);
#else
    int n = 0;
    while (!(bits & 1)) bits >>= 1, n++;
    return n;
#endif
}

static inline void set_bit(uint64_t *mask, size_t at) { mask[at >> 6] |= 1ull << (at & 63); }

static inline int get_bit(const uint64_t *mask, size_t at) { return mask[at >> 6] >> (at & 63) & 1; }

/* Sets the bits first..end-1; end > first. */
static inline void set_bits(uint64_t *mask, size_t first, size_t end) {
    const size_t low = first >> 6, high = (end - 1) >> 6;
    const uint64_t head = ~0ull << (first & 63), tail = ~0ull >> (63 - ((end - 1) & 63));
    if (low == high) {
        mask[low] |= head & tail;
        return;
    }
    mask[low] |= head;
    for (size_t k = low + 1; k < high; k++) mask[k] = ~0ull;
    mask[high] |= tail;
}

#define NOWHERE SIZE_MAX

/* Puts what is not ASCII into the masks, and folds it in place where it keeps its length. */
static void classify_high(const TokenReader *reader, const uint8_t *text, size_t size) {
    Block *block = reader->block;
    const size_t chunks = (size + 63) / 64;
    size_t at = 0;              /* what stands before this has been dealt with */
    size_t single = NOWHERE;    /* where the last one-code-point token ends */
    size_t combining = NOWHERE; /* where the last mark with a combining class ends */
    block->n_slow = 0;
    for (size_t k = 0; k < chunks; k++) {
        uint64_t high = at >= k * 64 + 64 ? 0 : block->high[k];
        if (at > k * 64 && high) high &= ~0ull << (at & 63);
        while (high) {
            size_t p = k * 64 + (size_t)trailing_zeros(high);
            size_t run = NOWHERE; /* where the code points in a token that end at p begin */
            /* Other scripts come in runs: go on without the mask while they last. */
            do {
                int length;
                const uint32_t code_point = utf8_decode(text + p, size - p, &length);
                const uint32_t entry = fold_entry(reader->table, code_point);
                const int class = fold_class(entry);
                const size_t after = p + (size_t)length;
                int slow = (entry & ENTRY_SLOW) != 0;
                if (class == SEPARATOR) {
                    if (run != NOWHERE) set_bits(block->word, run, p);
                    run = NOWHERE;
                    p = after;
                    continue;
                }
                /* Stays in the token it stands in; separates nothing and begins nothing. */
                if (class == IGNORABLE && run == NOWHERE && !(p && get_bit(block->word, p - 1))) {
                    p = after;
                    continue;
                }
                if (run == NOWHERE) run = p;
                if (class == SINGLE) {
                    set_bit(block->start, p);
                    single = after;
                } else if (single == p) {
                    /* A letter begins another token; a mark belongs to the one before it. */
                    if (class == WORD) set_bit(block->start, p);
                    else single = after;
                }
                if (entry & ENTRY_COMBINING) {
                    slow |= combining == p;
                    combining = after;
                }
                if (!slow && !(entry & ENTRY_SAME)) {
                    const uint32_t folded = entry & ENTRY_CODE_POINT;
                    if (utf8_length(folded) == length) utf8_encode(block->folded + p, folded, length);
                    else slow = 1;
                }
                if (slow) block->slow[block->n_slow++] = (uint32_t)p;
                p = after;
            } while (p < size && text[p] >= 0x80);
            if (run != NOWHERE) set_bits(block->word, run, p);
            if (single == p) set_bit(block->start, p); /* before an ASCII letter, or nothing */
            at = p;
            high = at >= k * 64 + 64 ? 0 : high & ~0ull << (at & 63);
        }
    }
}

/* Hashes again the tokens that a position in block->slow falls into. */
static int hash_slow(const TokenReader *reader, const uint8_t *text, size_t n) {
    Block *block = reader->block;
    size_t token = 0;
    for (size_t i = 0; i < block->n_slow; i++) {
        const uint32_t p = block->slow[i];
        while (token < n && block->end[token] <= p) token++;
        if (token == n) break;
        if (i + 1 < block->n_slow && block->slow[i + 1] < block->end[token]) continue;
        const uint32_t begin = block->begin[token];
        if (fold_hash_slow(reader->table, text + begin, block->end[token] - begin,
                           block->tokens + 4 + token) < 0)
            return -1;
    }
    return 0;
}

long tokens_next(TokenReader *reader) {
    Block *block = reader->block;
    for (;;) {
        const uint8_t *text = reader->text + reader->at;
        const size_t left = reader->size - reader->at;
        size_t size = left, consumed;
        size_t n;
        if (left > block->capacity) {
            size = block->capacity;
            for (int i = 0; i < 3 && (text[size] & 0xC0) == 0x80; i++) size--;
        }
        const size_t chunks = (size + 63) / 64;
        reader->simd->classify(block, text, size);
        memset(block->start, 0, (chunks + 1) * 8);
        classify_high(reader, text, size);
        n = reader->simd->locate(block, size);
        consumed = size;
        if (size < left && n > 0 && block->end[n - 1] == size)
            consumed = block->begin[--n]; /* it may go on: read it again in the next block */
        if (consumed == 0 && size > 0) {
            if (block_resize(block, block->capacity * 2) < 0) return -1;
            continue;
        }
        reader->simd->hash(block, n);
        if (block->n_slow && hash_slow(reader, text, n) < 0) return -1;
        reader->base = reader->at;
        reader->at += consumed;
        return (long)n;
    }
}

void tokens_capitals(const TokenReader *reader, size_t n, uint8_t *capitals) {
    const uint8_t *text = reader->text + reader->base;
    const size_t size = reader->size - reader->base;
    for (size_t i = 0; i < n; i++) {
        const size_t p = reader->block->begin[i];
        int length;
        const uint32_t code_point =
            text[p] < 0x80 ? text[p] : utf8_decode(text + p, size - p, &length);
        const uint32_t entry = fold_entry(reader->table, code_point);
        capitals[i] = fold_class(entry) == WORD && !(entry & ENTRY_SAME);
    }
}

/* The quotation marks, and which of them close which. */
enum { STRAIGHT, LEFT_HIGH, RIGHT_HIGH, LOW, LEFT_ANGLE, RIGHT_ANGLE, CORNER, CORNER_END,
       WHITE_CORNER, WHITE_CORNER_END, NO_MARK };
#define CLOSES(mark) (1u << (mark))
static const uint32_t closed_by[NO_MARK] = {
    [STRAIGHT] = CLOSES(STRAIGHT) | CLOSES(RIGHT_HIGH),
    [LEFT_HIGH] = CLOSES(RIGHT_HIGH) | CLOSES(STRAIGHT),
    [LOW] = CLOSES(LEFT_HIGH) | CLOSES(RIGHT_HIGH) | CLOSES(STRAIGHT),
    [LEFT_ANGLE] = CLOSES(RIGHT_ANGLE),
    [RIGHT_ANGLE] = CLOSES(LEFT_ANGLE),
    [CORNER] = CLOSES(CORNER_END),
    [WHITE_CORNER] = CLOSES(WHITE_CORNER_END),
};
#define QUOTED_BYTES 3000 /* a mark that is not closed by then quotes nothing */

typedef struct {
    size_t at;
    uint32_t mark, length;
} Mark;

static int mark_at(const uint8_t *p, size_t left, Mark *mark) {
    mark->mark = NO_MARK;
    mark->length = 1;
    if (*p == '"') {
        mark->mark = STRAIGHT;
    } else if (*p == 0xC2 && left >= 2) {
        mark->length = 2;
        mark->mark = p[1] == 0xAB ? LEFT_ANGLE : p[1] == 0xBB ? RIGHT_ANGLE : NO_MARK;
    } else if (*p == 0xE2 && left >= 3 && p[1] == 0x80) {
        mark->length = 3;
        mark->mark = p[2] == 0x9C   ? LEFT_HIGH
                     : p[2] == 0x9D ? RIGHT_HIGH
                     : p[2] == 0x9E ? LOW
                                    : NO_MARK;
    } else if (*p == 0xE3 && left >= 3 && p[1] == 0x80) {
        mark->length = 3;
        mark->mark = p[2] >= 0x8C && p[2] <= 0x8F ? CORNER + (p[2] - 0x8Cu) : NO_MARK;
    }
    return mark->mark != NO_MARK;
}

int quotations(const uint8_t *text, size_t size, Growing *spans) {
    static const uint8_t may_begin[256] = {['"'] = 1, [0xC2] = 1, [0xE2] = 1, [0xE3] = 1};
    Growing found = {0};
    int result = -1;
    spans->size = 0;
    for (size_t p = 0; p < size; p++) {
        Mark mark;
        if (!may_begin[text[p]] || !mark_at(text + p, size - p, &mark)) continue;
        mark.at = p;
        if (growing_add(&found, &mark, sizeof mark) < 0) goto done;
    }
    const Mark *marks = (const Mark *)found.data;
    const size_t n = found.size / sizeof *marks;
    for (size_t i = 0; i < n; i++) {
        const size_t begin = marks[i].at + marks[i].length;
        for (size_t j = i + 1; j < n && marks[j].at <= begin + QUOTED_BYTES; j++) {
            if (!(closed_by[marks[i].mark] & CLOSES(marks[j].mark))) continue;
            const size_t span[2] = {begin, marks[j].at};
            if (growing_add(spans, span, sizeof span) < 0) goto done;
            i = j;
            break;
        }
    }
    result = 0;
done:
    free(found.data);
    return result;
}

void tokens_quoted(const TokenReader *reader, size_t n, const Growing *spans, size_t *next,
                   uint8_t *quoted) {
    const size_t *edges = (const size_t *)spans->data;
    const size_t n_edges = spans->size / sizeof *edges;
    for (size_t i = 0; i < n; i++) {
        const size_t at = reader->base + reader->block->begin[i];
        while (*next < n_edges && edges[*next] <= at) ++*next;
        quoted[i] = *next & 1; /* past the first of a span, not past its end */
    }
}
