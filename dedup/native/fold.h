/* What a code point is to the tokeniser, and the key of a token that needs more than a look-up.
 * The table is unicode.bin, written by dedup/sketch/unicode_table.py. */
#ifndef DEDUP_FOLD_H
#define DEDUP_FOLD_H

#include <stddef.h>
#include <stdint.h>

enum { SEPARATOR, WORD, SINGLE, MARK, IGNORABLE };

#define CLASS_SHIFT 21
#define ENTRY_SLOW (1u << 24)
#define ENTRY_COMBINING (1u << 25)
#define ENTRY_SAME (1u << 26)
#define ENTRY_CODE_POINT ((1u << CLASS_SHIFT) - 1)

typedef struct {
    const uint16_t *pages;
    const uint32_t *entries, *decomposed, *decomposed_at, *expansions, *combining, *composites;
    const uint64_t *pairs;
    uint32_t n_decomposed, n_combining, n_pairs;
} FoldTable;

/* Points `table` into a copy of unicode.bin; -1 when it is not one. */
int fold_open(FoldTable *table, const uint8_t *blob, size_t size);

static inline uint32_t fold_entry(const FoldTable *table, uint32_t code_point) {
    return table->entries[((uint32_t)table->pages[code_point >> 8] << 8) | (code_point & 255)];
}

static inline int fold_class(uint32_t entry) { return (int)((entry >> CLASS_SHIFT) & 7); }

/* The code point at p, and its length in bytes; p[0] >= 0x80. Bytes that are no UTF-8 within `left`
 * come back as U+FFFD of length 1, a separator. Surrogates are let through: Python has them. */
static inline uint32_t utf8_decode(const uint8_t *p, size_t left, int *length) {
    uint32_t lead = p[0];
    if (lead >= 0xC2 && lead < 0xE0 && left >= 2) {
        *length = 2;
        return (lead & 0x1F) << 6 | (p[1] & 0x3F);
    }
    if (lead >= 0xE0 && lead < 0xF0 && left >= 3) {
        *length = 3;
        return (lead & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
    }
    if (lead >= 0xF0 && lead < 0xF5 && left >= 4) {
        uint32_t code_point = (lead & 0x07) << 18 | (uint32_t)(p[1] & 0x3F) << 12 |
                              (uint32_t)(p[2] & 0x3F) << 6 | (p[3] & 0x3F);
        *length = 4;
        return code_point <= 0x10FFFF ? code_point : 0xFFFD;
    }
    *length = 1;
    return 0xFFFD;
}

static inline int utf8_length(uint32_t code_point) {
    return code_point < 0x80 ? 1 : code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
}

static inline void utf8_encode(uint8_t *p, uint32_t code_point, int length) {
    switch (length) {
    case 1:
        p[0] = (uint8_t)code_point;
        break;
    case 2:
        p[0] = (uint8_t)(0xC0 | code_point >> 6);
        p[1] = (uint8_t)(0x80 | (code_point & 0x3F));
        break;
    case 3:
        p[0] = (uint8_t)(0xE0 | code_point >> 12);
        p[1] = (uint8_t)(0x80 | (code_point >> 6 & 0x3F));
        p[2] = (uint8_t)(0x80 | (code_point & 0x3F));
        break;
    default:
        p[0] = (uint8_t)(0xF0 | code_point >> 18);
        p[1] = (uint8_t)(0x80 | (code_point >> 12 & 0x3F));
        p[2] = (uint8_t)(0x80 | (code_point >> 6 & 0x3F));
        p[3] = (uint8_t)(0x80 | (code_point & 0x3F));
    }
}

/* The hash of a token's key. `raw` is the token as given. Returns 0 and sets *hash, or -1 when
 * memory ran out. */
int fold_hash_slow(const FoldTable *table, const uint8_t *raw, size_t size, uint64_t *hash);

#endif
